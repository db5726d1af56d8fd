package dev.almanac.service.log;

import dev.almanac.predictor.scaling.Autoscaler;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Step;
import dev.almanac.predictor.scaling.Trace;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps every step of every workload, so that it can be made again, explained, and gone on from
 * after a crash. The format is in docs/reference/decision-log.md.
 *
 * <p>A decision never waits for the log and never depends on it. {@link #append} hands a step to a
 * single writer through a bounded queue. When the queue is full, or the disk, the step is dropped
 * and counted, and the next record of its workload has a fresh snapshot before it. When the folder
 * cannot be written, {@link #status} says so, and the log begins a new file as soon as it can.
 *
 * <p>A folder belongs to one process at a time. Records are not forced to the disk: a killed
 * process loses what stood in the queue, a power cut also what the operating system had not
 * written.
 */
public final class DecisionLog implements AutoCloseable {

  /**
   * How much the log may take.
   *
   * @param fileBytes a file of this size is followed by a new one, at least 64 KiB. A file whose
   *     first snapshots take more than half of it grows to twice their size.
   * @param files how many files are kept, the current one included, at least 2
   * @param queue how many steps may wait for the writer, at least 1; one of each workload a tick
   * @param retry how long to wait after a failure before trying again, above zero; doubled with
   *     each failure in a row, up to a minute
   */
  public record Limits(long fileBytes, int files, int queue, Duration retry) {
    private static final long FILE_BYTES = 4L << 20;

    /** 256 MiB. */
    public static final Limits DEFAULT = ofSize(256L << 20);

    /**
     * Files of 4 MiB. Every start begins a file: with few large ones a crash loop would soon have
     * pushed out what led to it.
     *
     * @param bytes what all files may take together, at least 8 MiB
     */
    public static Limits ofSize(long bytes) {
      return new Limits(
          FILE_BYTES, Math.toIntExact(bytes / FILE_BYTES), 16_384, Duration.ofSeconds(1));
    }

    /** Refuses limits under which the log could not work. */
    public Limits {
      if (fileBytes < 1 << 16 || files < 2 || queue < 1 || !retry.isPositive()) {
        throw new IllegalArgumentException(
            "need 64 KiB a file, 2 files, a queue of 1 and a pause between attempts");
      }
    }
  }

  /**
   * A step as it was made.
   *
   * @param workload {@code namespace/name}
   * @param policy what it was decided by
   * @param before the state that it started from
   * @param observation what was known
   * @param step its decision, before the fleet's budget, and the state after it
   */
  public record Taken(
      String workload,
      ScalingPolicy policy,
      AutoscalerState before,
      Observation observation,
      Step step) {}

  /**
   * What the log knows of a workload.
   *
   * @param policy the policy of its last step
   * @param policyHash {@link #policyHash} of it
   * @param state what its next step starts from
   * @param lastDecision its last decision, empty when only a first snapshot was written
   * @param lastAt when that was
   */
  public record Restored(
      ScalingPolicy policy,
      String policyHash,
      AutoscalerState state,
      Optional<Decision> lastDecision,
      Instant lastAt) {}

  /**
   * What a log was good for.
   *
   * @param workloads by {@code namespace/name}
   * @param losses what could not be used and why, at most 21 texts; empty when all is well
   */
  public record Restoration(SortedMap<String, Restored> workloads, List<String> losses) {
    /** Copies both. */
    public Restoration {
      workloads = Collections.unmodifiableSortedMap(new TreeMap<>(workloads));
      losses = List.copyOf(losses);
    }

    /** Nothing was there. */
    public static Restoration none() {
      return new Restoration(new TreeMap<>(), List.of());
    }
  }

  /**
   * A step of the past.
   *
   * @param policyHash {@link #policyHash} of the policy
   * @param policy what it was decided by
   * @param before the state that it started from
   * @param observation what was known
   * @param decision what was decided
   */
  public record Found(
      String policyHash,
      ScalingPolicy policy,
      AutoscalerState before,
      Observation observation,
      Decision decision) {

    /** What each stage concluded: not stored, but computed again. */
    public List<Trace.Line> explain() {
      return new Autoscaler().explain(policy, observation, before);
    }
  }

  /**
   * Whether the log is being written.
   *
   * @param writing false from a failed attempt to the next successful one
   * @param condition what is wrong, for people: why nothing is written, or that a record was
   *     refused because it has no JSON form; empty when all is well
   */
  public record Status(boolean writing, String condition) {}

  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
  private static final int BATCH = 256;
  private static final RecordCodec<ScalingPolicy> POLICY = RecordCodec.of(ScalingPolicy.class);

  private final BlockingQueue<Item> queue;
  private final LogWriter writer;
  private final Thread thread;

  /** Workloads whose last step was dropped, so that its next record needs a snapshot. */
  private final Set<String> dropped = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /** What goes through the queue. */
  sealed interface Item {
    /** A step to write. */
    record Write(Taken taken, boolean afterGap) implements Item {}

    /** Everything before it is to be handed to the operating system. */
    record Flush(CountDownLatch done) implements Item {}
  }

  private DecisionLog(LogWriter writer, int capacity) {
    this.writer = writer;
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.thread = Thread.ofPlatform().name("decision-log").daemon().unstarted(this::run);
  }

  /**
   * Starts writing. Creates nothing before the first record, and never fails: a folder that cannot
   * be written is a {@link #status}.
   *
   * @param folder where the files are; created when missing
   * @param product version of Almanac, for the header of each file
   * @param known what {@link #restore} gave, so that the first file begins with these states
   */
  public static DecisionLog open(
      Path folder, Limits limits, String product, SortedMap<String, Restored> known) {
    DecisionLog log =
        new DecisionLog(new LogWriter(folder, limits, product, known), limits.queue());
    log.thread.start();
    return log;
  }

  /**
   * The states to go on with after a start: for each workload its last snapshot, and every step
   * behind it made again. A last line that was cut off is as if it had never been written. What is
   * damaged, in a newer format or from the future is left out, which means a cold start for the
   * workloads concerned, and is said in the losses.
   *
   * <p>A workload whose last decision is older than {@code maxAge} is left out too, and that is no
   * loss: its windows are over, and a cold start, which seeds them with the present size, is the
   * safer one. So the longest stabilization window is a good {@code maxAge}. Reads at most the two
   * newest files.
   *
   * @param folder may be missing
   */
  public static Restoration restore(Path folder, Instant now, Duration maxAge) {
    return LogRestore.restore(folder, now, maxAge);
  }

  /**
   * The last step of a workload at or before an instant. Looks through the files that may hold it,
   * newest first.
   *
   * @return empty when there is none, or when the log does not reproduce it
   * @throws IOException when the folder cannot be listed
   */
  public static Optional<Found> find(Path folder, String workload, Instant at) throws IOException {
    return LogSearch.find(folder, workload, at);
  }

  /** The first 16 hex digits of SHA-256 over the policy's JSON. */
  public static String policyHash(ScalingPolicy policy) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(POLICY.write(policy));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Hands a step to the writer. Never waits. Steps of one workload must come in their order, one at
   * a time; those of different workloads may come from any thread.
   *
   * @return false when it was dropped: the queue is full or the log closed
   */
  public boolean append(Taken taken) {
    boolean afterGap = dropped.contains(taken.workload());
    if (!closed && queue.offer(new Item.Write(taken, afterGap))) {
      if (afterGap) {
        dropped.remove(taken.workload());
      }
      return true;
    }
    dropped.add(taken.workload());
    writer.countDropped(1);
    return false;
  }

  /**
   * Waits until all steps appended before by this thread are with the operating system, or dropped.
   *
   * @return false when that took longer
   */
  public boolean flush(Duration within) throws InterruptedException {
    long deadline = System.nanoTime() + within.toNanos();
    CountDownLatch done = new CountDownLatch(1);
    return thread.isAlive()
        && queue.offer(new Item.Flush(done), within.toNanos(), TimeUnit.NANOSECONDS)
        && done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Writes what is in the queue, for five seconds at most, and ends. What is left is dropped. */
  @Override
  public void close() {
    closed = true;
    queue.offer(new Item.Flush(new CountDownLatch(1))); // wakes the writer
    try {
      if (!thread.join(CLOSE_WITHIN)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the log is being written, and if not, why. */
  public Status status() {
    return writer.status();
  }

  /** Records written since the start. */
  public long recordsWritten() {
    return writer.recordsWritten();
  }

  /** Steps that are in no file: the queue was full, or the disk. */
  public long recordsDropped() {
    return writer.recordsDropped();
  }

  /** Bytes written since the start, snapshots included. */
  public long bytesWritten() {
    return writer.bytesWritten();
  }

  /** Failed attempts to write, and steps that have no JSON form. */
  public long errors() {
    return writer.errors();
  }

  /** Steps that wait for the writer. */
  public int queued() {
    return queue.size();
  }

  private void run() {
    List<Item> batch = new ArrayList<>();
    try {
      while (!closed || !queue.isEmpty()) {
        batch.add(queue.take());
        queue.drainTo(batch, BATCH - 1);
        for (Item item : batch) {
          switch (item) {
            case Item.Write(Taken taken, boolean afterGap) -> writer.write(taken, afterGap);
            case Item.Flush(CountDownLatch done) -> {
              writer.flush();
              done.countDown();
            }
          }
        }
        batch.clear();
        writer.flush();
      }
    } catch (InterruptedException e) {
      // The time for closing is over.
    } catch (RuntimeException e) {
      writer.stopped(e);
    } finally {
      closed = true;
      queue.drainTo(batch);
      for (Item item : batch) {
        switch (item) {
          case Item.Write _ -> writer.countDropped(1);
          case Item.Flush(CountDownLatch done) -> done.countDown();
        }
      }
      writer.close();
    }
  }
}
