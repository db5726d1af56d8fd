package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was kept is read as it was, or not at all and put aside. */
class UsageCheckpointsTest {
  private static final long CELL = 5_900_000;
  private static final NamespaceUsage.Owner WEB = new NamespaceUsage.Owner("Deployment", "web");

  @TempDir private Path folder;
  private Path file;

  private static NamespaceUsage usage(int days) throws IOException {
    NamespaceUsage usage = new NamespaceUsage();
    usage.days = days;
    usage.beginCell(CELL); // What is empty is forgotten here.
    NamespaceUsage.Workload web = usage.workload(WEB);
    NamespaceUsage.Container app = new NamespaceUsage.Container();
    web.containers.put("app", app);
    app.role = Role.SIDECAR;
    app.now = new ContainerResources(ResourceList.of(250, 1 << 28), ResourceList.NONE);
    app.kills = 3;
    app.killLimit = 1 << 28;
    app.lastKillSecond = CELL * 300 + 7;
    web.pods.raise(CELL, 2);
    for (int i = 0; i < 600; i++) {
      usage.beginCell(CELL + i);
      web.pods.raise(CELL + i, 2);
      if (i % 7 != 3) {
        app.cpu.raise(CELL + i, 0.25 + 0.001 * i);
        app.memory.raise(CELL + i, 1e8 + 1e5 * (i * 37 % 101));
      }
    }
    app.starting.raise(CELL + 5, 1.5);
    return usage;
  }

  @BeforeEach
  void keep() throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      checkpoints.write("shop", usage(14));
    }
    file = folder.resolve("shop.usage");
  }

  private NamespaceUsage read(int days) throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, days)) {
      return checkpoints.read("shop");
    }
  }

  private static byte[] bytes(NamespaceUsage usage) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    usage.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private byte[] plain() throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private void compress(byte[] plain) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(plain);
    }
  }

  private void isPutAside(String why) throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(checkpoints.read("shop").workloads).isEmpty();
      assertThat(checkpoints.notes())
          .singleElement()
          .asString()
          .startsWith("shop.usage " + why)
          .endsWith(": it was moved to shop.usage.aside-1, and the history of shop begins anew");
    }
    assertThat(file).doesNotExist();
    Path aside = folder.resolve("shop.usage.aside-1");
    assertThat(Files.readAllBytes(aside)).as("nothing is lost").isEqualTo(before);
    Files.move(aside, file);
  }

  @Test
  void isReadAsItWas() throws IOException {
    NamespaceUsage usage = read(14);
    assertThat(bytes(usage)).isEqualTo(bytes(usage(14)));
    double[] cpu = usage.workload(WEB).containers.get("app").cpu.window(CELL - 1, 5);
    assertThat(cpu).containsExactly(Double.NaN, 0.25f, 0.251f, 0.252f, Double.NaN);
  }

  @Test
  void whatIsCutShortIsPutAside() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 1 + length / 16) {
      Files.write(file, Arrays.copyOf(whole, length));
      isPutAside("is cut short");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    isPutAside("is cut short");
  }

  /** Whether the file is put aside; else it is read within its bounds, and as this. */
  private boolean isPutAside() throws IOException {
    read(14);
    Path aside = folder.resolve("shop.usage.aside-1");
    boolean put = Files.exists(aside);
    Files.deleteIfExists(aside);
    return put;
  }

  @Test
  void whatIsDamagedIsPutAside() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    byte[] content = bytes(read(14));
    int put = 0;
    for (int at = 0; at < whole.length; at += 13) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x20;
      Files.write(file, damaged);
      if (isPutAside()) {
        put++;
      } else {
        // A few bits of gzip mean nothing: of its header, and those that fill up the last byte.
        assertThat(bytes(read(14))).isEqualTo(content);
      }
    }
    assertThat(put).isGreaterThan(whole.length / 13 * 9 / 10);
  }

  @Test
  void whatIsDamagedBeforeItIsCompressedIsPutAsideOrReadInBounds() throws IOException {
    byte[] whole = plain();
    for (int at = 14; at < whole.length; at += 3) {
      byte[] damaged = whole.clone();
      damaged[at] = (byte) 0xff;
      compress(damaged);
      if (!isPutAside()) {
        bytes(read(14));
      }
    }
  }

  @Test
  void anotherVersionIsRefused() throws IOException {
    byte[] plain = plain();
    plain[7] = 2;
    compress(plain);
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> read(14))
        .hasMessage("shop.usage is of version 2, and this program reads 1; it was left as it is");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aVersionThatIsDamagedIsNone() throws IOException {
    byte[] plain = plain();
    plain[7] = 2;
    compress(plain);
    byte[] whole = Files.readAllBytes(file);
    whole[whole.length - 6] ^= 1; // Of the checksum.
    Files.write(file, whole);
    isPutAside("is damaged (Corrupt GZIP trailer)");
  }

  @Test
  void anotherFileIsPutAside() throws IOException {
    compress("name,value\n".getBytes(StandardCharsets.UTF_8));
    isPutAside("is no checkpoint of almanac rightsize");
    Files.writeString(file, "name,value\n".repeat(10));
    isPutAside("is damaged (Not in GZIP format)");
    Files.write(file, new byte[0]);
    isPutAside("is cut short");
  }

  @Test
  void anotherNamespaceIsPutAside() throws IOException {
    Files.move(file, folder.resolve("other.usage"));
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(checkpoints.notes())
          .singleElement()
          .asString()
          .startsWith(
              "other.usage is of the namespace 'shop': it was moved to other.usage.aside-1");
    }
  }

  @Test
  void whatIsTooLargeIsPutAside() throws IOException {
    byte[] plain = plain();
    int cells = 4 + 4 + 2 + "shop".length() + 4 + 8; // Before the number of the first cells.
    plain[cells] = 0x7f;
    compress(plain);
    isPutAside("is damaged (21");
  }

  @Test
  void oneDamagedFileCostsItsNamespaceAlone() throws IOException {
    Files.copy(file, folder.resolve("shop.good"));
    for (int time = 1; time <= 12; time++) {
      Files.writeString(file, "damaged for the %d. time".formatted(time));
      try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
        checkpoints.write("blog", usage(14));
        assertThat(bytes(checkpoints.read("blog"))).isEqualTo(bytes(usage(14)));
        assertThat(checkpoints.read("shop").workloads).isEmpty();
        assertThat(checkpoints.notes()).hasSize(Math.min(time, 9));
      }
    }
    assertThat(Files.readString(folder.resolve("shop.usage.aside-1"))).endsWith("the 1. time");
    assertThat(Files.readString(folder.resolve("shop.usage.aside-8"))).endsWith("the 8. time");
    assertThat(Files.readString(folder.resolve("shop.usage.aside-9"))).endsWith("the 12. time");
    Files.move(folder.resolve("shop.good"), file);
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(bytes(checkpoints.read("shop"))).isEqualTo(bytes(usage(14)));
      assertThat(checkpoints.notes())
          .contains(
              "shop.usage.aside-1 was put aside by an earlier run: remove it when nobody misses it");
    }
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    Path other = Files.writeString(folder.resolve("Not a namespace.usage"), "x");
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(checkpoints.namespaces()).containsExactly("shop");
      assertThat(checkpoints.notes()).isEmpty();
    }
    assertThat(other).hasContent("x");
  }

  @Test
  void moreContainersThanFitAreNotWritten() throws IOException {
    NamespaceUsage usage = usage(14);
    for (int i = 0; i < NamespaceUsage.MOST_CONTAINERS; i++) {
      usage.workload(WEB).containers.put("c" + i, new NamespaceUsage.Container());
    }
    byte[] before = Files.readAllBytes(file);
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThatThrownBy(() -> checkpoints.write("shop", usage))
          .hasMessageContaining("shop has more than 2,000 containers");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../shop", "", "a/b", ".", "Shop", "-a"})
  void noFileIsWrittenElsewhere(String namespace) throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThatThrownBy(() -> checkpoints.write(namespace, usage(14)))
          .hasMessageContaining("is not the name of a namespace");
    }
  }

  @Test
  void isHeldByOneRun() throws IOException {
    UsageCheckpoints first = UsageCheckpoints.open(folder, 14);
    assertThatThrownBy(() -> UsageCheckpoints.open(folder, 14).close())
        .hasMessage("another run is using it");
    first.close();
    assertThatCode(() -> UsageCheckpoints.open(folder, 14).close()).doesNotThrowAnyException();
  }

  @Test
  void forgetsWhatIsOlderThanWasEverAskedFor() throws IOException {
    long later = CELL + 14 * 288 + 100;
    NamespaceUsage usage = read(4); // Fourteen days were asked for before.
    usage.beginCell(later);
    NamespaceUsage.Container app = usage.workload(WEB).containers.get("app");
    assertThat(app.cpu.first()).isEqualTo(CELL + 102); // 101 is the first in time, and absent.
    assertThat(app.kills).isZero();
    assertThat(app.lastKillSecond).isEqualTo(CELL * 300 + 7);
    usage.beginCell(later + 600);
    assertThat(usage.workloads).isEmpty();
  }

  @Test
  void cellsGrowToBothSides() throws IOException {
    UsageCells cells = new UsageCells();
    cells.raise(10, 1);
    cells.raise(12, 3);
    cells.raise(8, 2);
    cells.raise(10, 0.5);
    assertThat(cells.window(7, 7))
        .containsExactly(Double.NaN, 2, Double.NaN, 1, Double.NaN, 3, Double.NaN);
    assertThat(cells.sumFrom(9)).isEqualTo(4);
    assertThat(cells.sumFrom(-5)).isEqualTo(6);
    cells.forgetBefore(9);
    assertThat(cells.first()).isEqualTo(10);
    cells.forgetAfter(12);
    assertThat(cells.end()).isEqualTo(13);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    cells.write(new DataOutputStream(bytes));
    UsageCells again =
        UsageCells.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 3);
    assertThat(again.window(10, 3)).containsExactly(1, Double.NaN, 3);
    again.forgetAfter(11);
    assertThat(again.window(10, 3)).containsExactly(1, Double.NaN, Double.NaN);
    again.forgetAfter(5);
    assertThat(again.isEmpty()).isTrue();
  }
}
