package dev.almanac.service.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.predictor.scaling.shadow.Ledger.Column;
import dev.almanac.predictor.scaling.shadow.Ledger.Totals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFileTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final Totals WEB =
      new Totals(
          Optional.of(START),
          1.5,
          new Column(15, 0.25),
          new Column(14.125, 3),
          new Column(12, 1),
          new Column(10.0625, 0));

  @TempDir Path folder;
  private final SortedMap<String, Ledger.Totals> ledgers = new TreeMap<>(Map.of("shop/web", WEB));

  private Path file() {
    return folder.resolve("ledger.json");
  }

  @Test
  void aRestartFindsWhatWasCounted() {
    try (LedgerFile kept = new LedgerFile(file(), () -> ledgers, Runnable::run)) {
      kept.ticked(START, List.of());
    }
    assertThat(LedgerFile.read(file())).containsExactly(Map.entry("shop/web", WEB));
  }

  @Test
  void isWrittenEveryFiveMinutesAndAtTheEnd() throws IOException {
    LedgerFile kept = new LedgerFile(file(), () -> ledgers, Runnable::run);
    kept.ticked(START, List.of());
    Files.delete(file());
    kept.ticked(START.plus(Duration.ofSeconds(299)), List.of());
    assertThat(file()).doesNotExist();
    kept.ticked(START.plus(Duration.ofMinutes(5)), List.of());
    assertThat(file()).exists();
    Files.delete(file());
    kept.close();
    assertThat(file()).exists();
  }

  @Test
  void whatIsMissingOrDamagedBeginsAnew() throws IOException {
    assertThat(LedgerFile.read(file())).isEmpty();
    for (String text : List.of("", "{", "{\"workloads\":{\"a/b\":{}}}", "null", "[]")) {
      Files.writeString(file(), text);
      assertThat(LedgerFile.read(file())).as(text).isEmpty();
    }
  }

  @Test
  void aFolderThatIsGoneIsNoError() {
    new LedgerFile(folder.resolve("gone/ledger.json"), () -> ledgers, Runnable::run).close();
    assertThat(folder.resolve("gone")).doesNotExist();
  }
}
