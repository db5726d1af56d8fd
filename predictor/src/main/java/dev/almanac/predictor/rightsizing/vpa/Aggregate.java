package dev.almanac.predictor.rightsizing.vpa;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about all containers of one name in the pods of one template: the histogram of CPU
 * usage, that of memory peaks, and how much history it rests on. First and last time and the count
 * are of CPU samples alone, as in the reference ({@code aggregate_container_state.go}).
 *
 * <p>Not thread safe.
 */
public final class Aggregate implements UsageHistory {
  /** Since VPA 1.4.0 the same for all containers. */
  static final double CPU_SAMPLE_WEIGHT = 0.1;

  private static final double MEMORY_PEAK_WEIGHT = 1;

  private final VpaSettings settings;
  private final Instant created;
  private final Histogram cpu;
  private final Histogram memory;
  private Instant firstSample = Histogram.UNSET;
  private Instant lastSample = Histogram.UNSET;
  private long samples;

  /** Nothing known yet. */
  public Aggregate(VpaSettings settings, Instant created) {
    this.settings = settings;
    this.created = created;
    cpu = Histogram.decaying(BucketLayout.CPU, settings.cpuHalfLife());
    memory = Histogram.decaying(BucketLayout.MEMORY, settings.memoryHalfLife());
  }

  @Override
  public void addCpu(double cores, Instant time) {
    cpu.add(cores, CPU_SAMPLE_WEIGHT, time);
    if (time.isAfter(lastSample)) {
      lastSample = time;
    }
    if (firstSample.equals(Histogram.UNSET) || time.isBefore(firstSample)) {
      firstSample = time;
    }
    samples++;
  }

  @Override
  public void addMemoryPeak(double bytes, Instant time) {
    memory.add(bytes, MEMORY_PEAK_WEIGHT, time);
  }

  @Override
  public void subtractMemoryPeak(double bytes, Instant time) {
    memory.subtract(bytes, MEMORY_PEAK_WEIGHT, time);
  }

  /** Adds all that another aggregate knows; its histograms may move their reference times. */
  public void merge(Aggregate other) {
    cpu.merge(other.cpu);
    memory.merge(other.memory);
    if (firstSample.equals(Histogram.UNSET)
        || !other.firstSample.equals(Histogram.UNSET) && other.firstSample.isBefore(firstSample)) {
      firstSample = other.firstSample;
    }
    if (other.lastSample.isAfter(lastSample)) {
      lastSample = other.lastSample;
    }
    samples += other.samples;
  }

  /** Whether it is too old to count: no CPU sample for the memory window, or none ever. */
  public boolean isExpired(Instant now) {
    Instant since = samples == 0 ? created : lastSample;
    Duration window = settings.memoryInterval().multipliedBy(settings.memoryIntervalCount());
    return !now.isBefore(since.plus(window));
  }

  /** CPU usage in cores. */
  public Histogram cpu() {
    return cpu;
  }

  /** Memory peaks in bytes. */
  public Histogram memory() {
    return memory;
  }

  /** Time of the first CPU sample. */
  public Optional<Instant> firstSample() {
    return Optional.of(firstSample).filter(t -> !t.equals(Histogram.UNSET));
  }

  /** Time of the last CPU sample. */
  public Optional<Instant> lastSample() {
    return Optional.of(lastSample).filter(t -> !t.equals(Histogram.UNSET));
  }

  /** Number of CPU samples. */
  public long samples() {
    return samples;
  }

  /**
   * How much history there is, 1 for one interval: the smaller of the time from the first to the
   * last CPU sample and of the count at one sample a minute.
   */
  double confidence(Duration interval) {
    double lifespan = (double) Nanoseconds.between(firstSample, lastSample) / interval.toNanos();
    double amount = samples / (interval.toNanos() / 60e9);
    return Math.min(lifespan, amount);
  }

  /** The state as the reference stores it. */
  public AggregateCheckpoint checkpoint() {
    return new AggregateCheckpoint(
        AggregateCheckpoint.VERSION,
        firstSample,
        lastSample,
        samples,
        cpu.checkpoint(),
        memory.checkpoint());
  }

  /** Takes over a stored state; both histograms keep what they had. */
  public void load(AggregateCheckpoint checkpoint) {
    memory.load(checkpoint.memory());
    cpu.load(checkpoint.cpu());
    firstSample = checkpoint.firstSample();
    lastSample = checkpoint.lastSample();
    samples = checkpoint.samples();
  }
}
