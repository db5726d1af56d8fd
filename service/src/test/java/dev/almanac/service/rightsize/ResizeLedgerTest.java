package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was found in pods outlives the process, and is found once. */
class ResizeLedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-01T03:00:00Z");

  @TempDir Path folder;

  private static ContainerResources has(long cpu) {
    return new ContainerResources(
        ResourceList.of(cpu, 1L << 30), ResourceList.NONE.with(Resource.MEMORY, 1L << 31));
  }

  private static RunningPod pod(String uid, String namespace, long cpu) {
    return new RunningPod(
        uid,
        "pod-" + uid,
        new WorkloadName(namespace, "Deployment", "web"),
        "1",
        true,
        List.of(
            new RunningPod.Container(
                "app", false, has(cpu), Optional.empty(), false, false, OptionalLong.empty())),
        Optional.empty());
  }

  @Test
  void remembersWhatWasFoundFirst() throws IOException {
    Path file = folder.resolve("made/state.json");
    try (ResizeLedger ledger = ResizeLedger.open(file)) {
      ledger.remember(List.of(pod("a", "shop", 1000), pod("b", "shop", 500)), NOW);
    }
    try (ResizeLedger ledger = ResizeLedger.open(file)) {
      ledger.remember(List.of(pod("a", "shop", 800)), NOW.plusSeconds(86_400));
      ledger.refuse(pod("b", "shop", 500), Map.of("app", has(9000)));
      ledger.refuse(pod("unknown", "shop", 500), Map.of("app", has(9000)));
    }
    try (ResizeLedger ledger = ResizeLedger.open(file)) {
      assertThat(ledger.found(pod("a", "shop", 640))).isEqualTo(Map.of("app", has(1000)));
      assertThat(ledger.refused(pod("b", "shop", 500))).isEqualTo(Map.of("app", has(9000)));
      assertThat(ledger.found(pod("unknown", "shop", 1))).isEmpty();
      assertThat(ledger.namespaces()).containsExactly("shop");
    }
  }

  @Test
  void forgetsPodsThatAreNoMore() throws IOException {
    Path file = folder.resolve("state.json");
    try (ResizeLedger ledger = ResizeLedger.open(file)) {
      ledger.remember(List.of(pod("a", "shop", 1), pod("b", "shop", 1), pod("c", "bank", 1)), NOW);
      ledger.keepOnly("shop", List.of(pod("b", "shop", 1)));
      assertThat(ledger.entries()).containsOnlyKeys("b", "c");
      ledger.forget(List.of("b", "nobody"));
    }
    try (ResizeLedger ledger = ResizeLedger.open(file)) {
      assertThat(ledger.entries()).containsOnlyKeys("c");
    }
  }

  @Test
  void belongsToOneRunAtATime() throws IOException {
    Path file = folder.resolve("state.json");
    try (ResizeLedger first = ResizeLedger.open(file)) {
      assertThatThrownBy(() -> ResizeLedger.open(file)).hasMessage("another run is using it");
      first.remember(List.of(pod("a", "shop", 1)), NOW);
    }
    try (ResizeLedger second = ResizeLedger.open(file)) {
      assertThat(second.entries()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{\"pods\": 3}",
        "[1]",
        "{\"pods\": [{\"uid\": \"a\"}]}",
        "{\"pods\": [{\"uid\": \"a\", \"since\": \"2026-11-01T03:00:00Z\", \"found\": "
      })
  void isNotOverwrittenWhenItCannotBeRead(String content) throws IOException {
    Path file = folder.resolve("state.json");
    Files.writeString(file, content);
    assertThatThrownBy(() -> ResizeLedger.open(file))
        .hasMessage("not a ledger of almanac rightsize apply");
    assertThat(file).hasContent(content);
  }
}
