package dev.almanac.service.log;

import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.service.files.RunLock;
import dev.almanac.service.log.DecisionLog.Restored;
import dev.almanac.service.log.DecisionLog.Status;
import dev.almanac.service.log.DecisionLog.Taken;
import dev.almanac.service.log.LogLine.Cause;
import dev.almanac.service.log.LogLine.Entry;
import dev.almanac.service.log.LogLine.Header;
import dev.almanac.service.log.LogLine.Opened;
import dev.almanac.service.log.LogLine.Snapshot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the files. Everything but the counters and the status belongs to the one thread of the
 * log. Nothing here throws for what the disk does.
 */
final class LogWriter {
  /** A workload without a decision for so long leaves the snapshots that begin a file. */
  static final Duration KEPT = Duration.ofHours(1);

  private static final int CHUNK = 1 << 16;
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final Path folder;
  private final DecisionLog.Limits limits;
  private final String product;
  private final LineCodec.Buffer buffer = new LineCodec.Buffer();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private volatile Status status = new Status(true, "");

  /** What each workload's next record is expected to go on from. */
  private final SortedMap<String, Last> last = new TreeMap<>();

  private Optional<RunLock> lock = Optional.empty();
  private Optional<FileChannel> file = Optional.empty();
  private Opened opening = Opened.START;

  /** Length of the file up to its last whole line, and the length at which it is full. */
  private long size;

  private long full;

  /** Records that are in the buffer and not yet in the file. */
  private int pending;

  private int failures;
  private long retryAtNanos;

  /** The workload whose record was refused last, empty once it had one that was not. */
  private String refused = "";

  /** A workload's last step. */
  private record Last(
      ScalingPolicy policy,
      String policyHash,
      AutoscalerState next,
      Optional<Decision> decision,
      Instant at) {}

  LogWriter(Path folder, DecisionLog.Limits limits, String product, Map<String, Restored> known) {
    this.folder = folder;
    this.limits = limits;
    this.product = product;
    known.forEach((workload, r) ->
        last.put(
            workload,
            new Last(r.policy(), r.policyHash(), r.state(), r.lastDecision(), r.lastAt())));
  }

  /** Writes a step, or counts it as dropped. */
  void write(Taken taken, boolean afterGap) {
    boolean open = file.isPresent() || open();
    int start = buffer.size();
    try {
      Optional<Last> before = Optional.ofNullable(last.get(taken.workload()));
      String hash =
          before
              .filter(b -> b.policy.equals(taken.policy()))
              .map(Last::policyHash)
              .orElseGet(() -> DecisionLog.policyHash(taken.policy()));
      snapshotNeeded(before, taken, afterGap)
          .ifPresent(cause -> append(snapshot(cause, taken, hash, before), Optional.empty()));
      append(
          new Entry(taken.workload(), hash, taken.observation(), taken.step().decision()),
          Optional.of(taken.step().next()));
      last.put(
          taken.workload(),
          new Last(
              taken.policy(),
              hash,
              taken.step().next(),
              Optional.of(taken.step().decision()),
              taken.observation().at()));
    } catch (IllegalArgumentException e) {
      refuse(taken.workload(), e);
      buffer.cut(start);
      return;
    }
    if (!open) {
      dropped.incrementAndGet(); // yet remembered, for the snapshots that begin the next file
      buffer.cut(start);
      return;
    }
    pending++;
    accept(taken.workload());
    if (buffer.size() >= CHUNK || size + buffer.size() >= full) {
      flush();
    }
    if (file.isPresent() && size >= full) {
      rotate();
    }
  }

  private static Optional<Cause> snapshotNeeded(
      Optional<Last> before, Taken taken, boolean afterGap) {
    if (before.isEmpty()) {
      return Optional.of(Cause.START);
    }
    // Lost records and a state that the loop forgot look alike: the step starts from another one.
    if (afterGap || !before.get().next.equals(taken.before())) {
      return Optional.of(Cause.GAP);
    }
    return before.get().policy.equals(taken.policy())
        ? Optional.empty()
        : Optional.of(Cause.POLICY);
  }

  private static Snapshot snapshot(Cause cause, Taken taken, String hash, Optional<Last> before) {
    return new Snapshot(
        taken.workload(),
        hash,
        taken.observation().at(),
        cause,
        taken.policy(),
        taken.before(),
        cause == Cause.POLICY ? before.flatMap(Last::decision) : Optional.empty());
  }

  private void append(LogLine line, Optional<AutoscalerState> next) {
    LineCodec.append(line, next, buffer);
    buffer.write('\n');
  }

  /** A record without JSON form: a number that is not finite, or a text of a megabyte. */
  private void refuse(String workload, IllegalArgumentException why) {
    dropped.incrementAndGet();
    errors.incrementAndGet();
    refused = workload;
    if (status.writing()) {
      status =
          new Status(true, "a record of %s was refused: %s".formatted(workload, why.getMessage()));
    }
  }

  private void accept(String workload) {
    if (workload.equals(refused)) {
      refused = "";
      status = new Status(true, "");
    }
  }

  /** Hands what was appended to the operating system. */
  void flush() {
    if (file.isEmpty() || buffer.size() == 0) {
      return;
    }
    try {
      size += drain(file.get());
      written.addAndGet(pending);
      pending = 0;
      failures = 0;
    } catch (IOException e) {
      fail(e);
    }
  }

  private int drain(FileChannel channel) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(buffer.bytes(), 0, buffer.size());
    while (rest.hasRemaining()) {
      bytes.addAndGet(channel.write(rest));
    }
    int length = buffer.size();
    buffer.cut(0);
    return length;
  }

  /** Gives the file up: what was not written is lost, and another one will follow. */
  private void fail(IOException e) {
    file.ifPresent(channel -> {
      try (channel) {
        channel.truncate(size); // back to the last whole line
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
    });
    file = Optional.empty();
    opening = Opened.RECOVERY;
    buffer.cut(0);
    dropped.addAndGet(pending);
    pending = 0;
    errors.incrementAndGet();
    long longest = LONGEST_RETRY.toNanos();
    long pause = Math.min(limits.retry().toNanos(), longest) << Math.min(failures, 6);
    retryAtNanos = System.nanoTime() + Math.min(pause, longest);
    failures++;
    status = new Status(false, "the decision log cannot be written: " + e);
  }

  private void rotate() {
    file.ifPresent(channel -> {
      try {
        channel.close();
      } catch (IOException e) {
        errors.incrementAndGet(); // all of it was written before
      }
    });
    file = Optional.empty();
    opening = Opened.ROTATION;
    open();
  }

  /** Begins a file, unless the last failure was a moment ago. */
  private boolean open() {
    if (failures > 0 && System.nanoTime() - retryAtNanos < 0) {
      return false;
    }
    forgetOld();
    try {
      Files.createDirectories(folder);
      lock();
      LogFile.removeUnfinished(folder);
      makeRoom();
      List<LogFile> files = LogFile.list(folder);
      LogFile next = LogFile.in(folder, files.isEmpty() ? 1 : files.getLast().sequence() + 1);
      file = Optional.of(begin(next));
      for (LogFile old : files.subList(0, Math.max(0, files.size() + 1 - limits.files()))) {
        Files.deleteIfExists(old.path());
      }
      status = new Status(true, "");
      return true;
    } catch (IOException e) {
      fail(e);
      return false;
    }
  }

  /** Writes header and snapshots, and only then gives the file its name. */
  private FileChannel begin(LogFile next) throws IOException {
    FileChannel channel =
        FileChannel.open(
            next.unfinished(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      size = 0;
      append(new Header(Header.FORMAT, product, opening), Optional.empty());
      Cause cause =
          switch (opening) {
            case START -> Cause.START;
            case ROTATION -> Cause.ROTATION;
            case RECOVERY -> Cause.GAP;
          };
      for (var workload : List.copyOf(last.entrySet())) {
        Last l = workload.getValue();
        try {
          append(
              new Snapshot(
                  workload.getKey(), l.policyHash, l.at, cause, l.policy, l.next, l.decision),
              Optional.empty());
        } catch (IllegalArgumentException e) {
          last.remove(workload.getKey()); // a state of a megabyte
          errors.incrementAndGet();
        }
        if (buffer.size() >= CHUNK) {
          size += drain(channel);
        }
      }
      size += drain(channel);
      channel.force(false);
      Files.move(next.unfinished(), next.path(), StandardCopyOption.ATOMIC_MOVE);
      full = Math.max(limits.fileBytes(), 2 * size);
      return channel;
    } catch (IOException e) {
      channel.close();
      Files.deleteIfExists(next.unfinished());
      throw e;
    }
  }

  /** On a full disk the oldest file makes room, one for each failure; the newest two stay. */
  private void makeRoom() throws IOException {
    if (failures == 0 || Files.getFileStore(folder).getUsableSpace() >= limits.fileBytes()) {
      return;
    }
    List<LogFile> files = LogFile.list(folder);
    if (files.size() > 2) {
      Files.deleteIfExists(files.getFirst().path());
    }
  }

  /** Keeps a second process out of the folder. */
  private void lock() throws IOException {
    if (lock.isPresent()) {
      return;
    }
    lock = RunLock.tryTake(folder.resolve("lock"));
    if (lock.isEmpty()) {
      throw new IOException("another process writes in " + folder);
    }
  }

  /** Workloads that are gone must not be in every snapshot for ever. */
  private void forgetOld() {
    Instant newest =
        last.values().stream().map(Last::at).max(Instant::compareTo).orElse(Instant.MIN);
    last.values().removeIf(l -> Duration.between(l.at, newest).compareTo(KEPT) > 0);
  }

  /** Writes what is left and ends. */
  void close() {
    flush();
    for (Optional<? extends Closeable> open : List.of(file, lock)) {
      open.ifPresent(channel -> {
        try {
          channel.close();
        } catch (IOException e) {
          errors.incrementAndGet();
        }
      });
    }
    file = Optional.empty();
  }

  /** Says that nothing more will be written. */
  void stopped(RuntimeException why) {
    errors.incrementAndGet();
    status = new Status(false, "the decision log has stopped: " + why);
  }

  void countDropped(long steps) {
    dropped.addAndGet(steps);
  }

  Status status() {
    return status;
  }

  long recordsWritten() {
    return written.get();
  }

  long recordsDropped() {
    return dropped.get();
  }

  long bytesWritten() {
    return bytes.get();
  }

  long errors() {
    return errors.get();
  }
}
