package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.service.config.ConfigurationFolder.Reload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFolderTest {
  private static final String WEB = autoscaler("web", 10);

  @TempDir Path folder;

  @Test
  void readsAllFilesInTheOrderOfTheirNames() throws IOException {
    Files.writeString(folder.resolve("b.yml"), autoscaler("second", 1));
    Files.writeString(folder.resolve("a.yaml"), WEB + Documents.SOURCE);
    Files.writeString(folder.resolve("c.YAML"), autoscaler("third", 1));
    Files.writeString(folder.resolve(".hidden.yaml"), "not: ours");
    Files.writeString(folder.resolve("notes.txt"), "not: ours");
    Files.createDirectory(folder.resolve("sub"));

    assertThat(loaded(folder).workloads())
        .extracting(Workload::name)
        .containsExactly("web", "second", "third");
  }

  @Test
  void readsOneFileOfAnyName() throws IOException {
    Path file = Files.writeString(folder.resolve("almanac.conf"), WEB + Documents.SOURCE);
    assertThat(loaded(file).workloads()).hasSize(1);
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(loaded(link).workloads()).hasSize(1);
  }

  @Test
  void aPlaceWithoutDocumentsIsAProblem() throws IOException {
    assertThat(Documents.problems(folder))
        .singleElement()
        .asString()
        .endsWith(": holds no *.yaml or *.yml file; add documents to it");
    assertThat(Documents.problems(folder.resolve("gone")))
        .singleElement()
        .asString()
        .endsWith(": does not exist; check the path");
  }

  @Test
  void readsTheLayoutOfAMountedConfigMapThroughItsUpdate() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..2026_11_24_01"));
    Files.writeString(first.resolve("web.yaml"), WEB + Documents.SOURCE);
    Files.createSymbolicLink(folder.resolve("..data"), first.getFileName());
    Files.createSymbolicLink(folder.resolve("web.yaml"), Path.of("..data/web.yaml"));
    ConfigurationFolder config = new ConfigurationFolder(folder);
    assertThat(config.reloadIfChanged()).isInstanceOf(Reload.Changed.class);

    Path second = Files.createDirectory(folder.resolve("..2026_11_24_02"));
    Files.writeString(second.resolve("web.yaml"), autoscaler("web", 20) + Documents.SOURCE);
    Files.createSymbolicLink(folder.resolve("..data_tmp"), second.getFileName());
    Files.move(
        folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

    assertThat(config.reloadIfChanged())
        .isInstanceOfSatisfying(
            Reload.Changed.class,
            changed ->
                assertThat(changed.configuration().workloads().getFirst().policy().maxReplicas())
                    .isEqualTo(20));
  }

  @Test
  void keepsTheLastGoodVersionAndTellsAProblemOnce() throws IOException {
    Path file = folder.resolve("web.yaml");
    ConfigurationFolder config = new ConfigurationFolder(folder);
    assertThat(config.lastGood()).isEmpty();

    Files.writeString(file, WEB + Documents.SOURCE);
    Reload first = config.reloadIfChanged();
    assertThat(first).isInstanceOf(Reload.Changed.class);
    Configuration good = ((Reload.Changed) first).configuration();
    assertThat(config.reloadIfChanged()).isEqualTo(new Reload.Unchanged());

    Files.writeString(file, autoscaler("web", -1) + Documents.SOURCE);
    assertThat(config.reloadIfChanged())
        .isInstanceOfSatisfying(
            Reload.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Problem::path)
                    .containsExactly("spec.maxReplicas"));
    assertThat(config.reloadIfChanged()).isEqualTo(new Reload.Unchanged());
    assertThat(config.lastGood()).contains(good);
    assertThat(config.problems()).hasSize(1);

    Files.delete(file);
    assertThat(config.reloadIfChanged()).isInstanceOf(Reload.Refused.class);
    assertThat(config.lastGood()).contains(good);

    Files.writeString(file, WEB + Documents.SOURCE);
    assertThat(config.reloadIfChanged()).isEqualTo(new Reload.Changed(good));
    assertThat(config.problems()).isEmpty();
  }

  @Test
  void aFileThatOnlyChangesItsTimeOrItsNameIsToldApart() throws IOException {
    Path file = Files.writeString(folder.resolve("web.yaml"), WEB + Documents.SOURCE);
    ConfigurationFolder config = new ConfigurationFolder(folder);
    config.reloadIfChanged();

    Files.writeString(file, WEB + Documents.SOURCE);
    assertThat(config.reloadIfChanged()).isEqualTo(new Reload.Unchanged());
    Files.move(file, folder.resolve("other.yaml"));
    assertThat(config.reloadIfChanged()).isInstanceOf(Reload.Changed.class);
  }

  private static Configuration loaded(Path place) {
    assertThat(Documents.problems(place)).isEmpty();
    return ((Configuration.Loaded) Configuration.load(place)).configuration();
  }

  private static String autoscaler(String name, int maxReplicas) {
    return Documents.autoscaler(
            name,
            "maxReplicas: %d\ndemand: {source: cluster-prometheus, query: up, perReplica: 1}"
                .formatted(maxReplicas))
        .replace(Documents.SOURCE, "");
  }
}
