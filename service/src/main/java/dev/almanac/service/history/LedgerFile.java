package dev.almanac.service.history;

import dev.almanac.predictor.scaling.shadow.Ledger;
import dev.almanac.service.files.WholeFile;
import dev.almanac.service.log.RecordCodec;
import dev.almanac.service.loop.TickListener;
import dev.almanac.service.loop.WorkloadTick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledgers over restarts: one file, replaced as a whole every five minutes and at the end.
 * No decision rests on it, so a file that is missing or damaged begins the count anew.
 */
public final class LedgerFile implements TickListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
  private static final Duration EVERY = Duration.ofMinutes(5);

  /** Ten thousand workloads have 4 MiB. */
  private static final long MOST_BYTES = 64L << 20;

  private static final RecordCodec<Book> CODEC = RecordCodec.of(Book.class);

  private final Path file;
  private final Supplier<SortedMap<String, Ledger.Totals>> ledgers;
  private final Executor io;
  private Instant next = Instant.MIN;

  /** What is on disk, by {@code namespace/name}. */
  private record Book(Map<String, Ledger.Totals> workloads) {}

  /**
   * Writes nothing yet.
   *
   * @param io where files are written
   */
  public LedgerFile(Path file, Supplier<SortedMap<String, Ledger.Totals>> ledgers, Executor io) {
    this.file = file;
    this.ledgers = ledgers;
    this.io = io;
  }

  /** What an earlier process left. */
  public static Map<String, Ledger.Totals> read(Path file) {
    if (!Files.exists(file)) {
      return Map.of();
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException("larger than %d MiB".formatted(MOST_BYTES >> 20));
      }
      return switch (CODEC.read(Files.readAllBytes(file))) {
        case RecordCodec.Decoded.Value<Book>(Book book) -> book.workloads();
        case RecordCodec.Decoded.Broken<Book>(String path, int column, String reason) ->
            throw new IOException("%s, column %d: %s".formatted(path, column, reason));
      };
    } catch (IOException e) {
      LOG.warn("{} cannot be read, ledgers begin anew: {}", file, e.getMessage());
      return Map.of();
    }
  }

  @Override
  public void ticked(Instant at, List<WorkloadTick> outcomes) {
    if (!at.isBefore(next)) {
      next = at.plus(EVERY);
      SortedMap<String, Ledger.Totals> now = ledgers.get();
      io.execute(() -> write(now));
    }
  }

  private synchronized void write(SortedMap<String, Ledger.Totals> now) {
    try {
      WholeFile.write(file, CODEC.write(new Book(now)));
    } catch (IOException e) {
      LOG.warn("ledgers not kept: {}", e.toString());
    }
  }

  /** Writes what stands now. */
  @Override
  public void close() {
    write(ledgers.get());
  }
}
