package dev.almanac.predictor.rightsizing.pod;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The heap that a HotSpot JVM takes at most, from its arguments and the memory limit that it was
 * started under. It is fixed at start: a limit that is changed in place changes nothing about it.
 *
 * @param maxBytes most bytes of heap
 * @param source what decided it
 */
public record JvmHeap(long maxBytes, Source source) {
  /** Share of the limit when nothing is said: MaxRAMPercentage of JDK 10 and later. */
  private static final double DEFAULT_PERCENTAGE = 25;

  /** Share of a small limit: MinRAMPercentage. */
  private static final double SMALL_PERCENTAGE = 50;

  /** Default MaxHeapSize on 64 bit, 96 MB scaled by 1.3; half of a smaller limit is the heap. */
  private static final long SMALL_HEAP = 96L * (1 << 20) * 13 / 10;

  /** What decided the size. */
  public enum Source {
    /** {@code -Xmx} or {@code -XX:MaxHeapSize}: the same under any limit. */
    ABSOLUTE,
    /** {@code -XX:MaxRAMPercentage}: follows the limit at the next start. */
    PERCENTAGE,
    /** Neither: a quarter of the limit, or half of a small one. */
    STANDARD
  }

  /** What the container needs, and why. */
  public record Need(long bytes, Reason reason) {}

  /** What decided a need. */
  public enum Reason {
    /** Heap at its maximum and everything else at its peak are more than what was ever used. */
    HEAP_MAY_GROW,
    /** Usage was higher than heap and the rest as reported: threads, buffers, native memory. */
    USED
  }

  /**
   * Reads the arguments of a JVM, those of the command line and of {@code JAVA_TOOL_OPTIONS}; of
   * several, the last one counts. An argument that cannot be read is as if it were not there.
   *
   * @param limitBytes memory limit at the start of the container, positive
   */
  public static JvmHeap of(List<String> arguments, long limitBytes) {
    OptionalLong absolute = OptionalLong.empty();
    OptionalDouble percentage = OptionalDouble.empty();
    for (String argument : arguments) {
      if (argument.startsWith("-Xmx")) {
        absolute = bytes(argument.substring("-Xmx".length()), absolute);
      } else if (argument.startsWith("-XX:MaxHeapSize=")) {
        absolute = bytes(argument.substring("-XX:MaxHeapSize=".length()), absolute);
      } else if (argument.startsWith("-XX:MaxRAMPercentage=")) {
        percentage = percentage(argument.substring("-XX:MaxRAMPercentage=".length()), percentage);
      }
    }
    if (absolute.isPresent()) {
      return new JvmHeap(absolute.getAsLong(), Source.ABSOLUTE);
    }
    if (percentage.isPresent()) {
      return new JvmHeap((long) (limitBytes * percentage.getAsDouble() / 100), Source.PERCENTAGE);
    }
    long half = (long) (limitBytes * SMALL_PERCENTAGE / 100);
    long quarter = (long) (limitBytes * DEFAULT_PERCENTAGE / 100);
    long standard = half < SMALL_HEAP ? half : Math.max(quarter, SMALL_HEAP);
    return new JvmHeap(standard, Source.STANDARD);
  }

  /**
   * The memory that the container must have: a heap may grow to its maximum at any time, whatever
   * it used until now, and what is not heap comes on top.
   *
   * @param nonHeapPeakBytes peak of the non-heap areas, from {@code jvm_memory_used_bytes}
   * @param advisedBytes what usage alone would ask for
   */
  public Need need(long nonHeapPeakBytes, long advisedBytes) {
    long whole = maxBytes + nonHeapPeakBytes;
    return whole > advisedBytes
        ? new Need(whole, Reason.HEAP_MAY_GROW)
        : new Need(advisedBytes, Reason.USED);
  }

  private static OptionalDouble percentage(String text, OptionalDouble otherwise) {
    try {
      double value = Double.parseDouble(text);
      return value > 0 && value <= 100 ? OptionalDouble.of(value) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** A size with an optional unit k, m, g or t, all binary. */
  private static OptionalLong bytes(String text, OptionalLong otherwise) {
    if (!text.matches("[0-9]{1,15}[kKmMgGtT]?")) {
      return otherwise;
    }
    char unit = text.toLowerCase(Locale.ROOT).charAt(text.length() - 1);
    int shift =
        switch (unit) {
          case 'k' -> 10;
          case 'm' -> 20;
          case 'g' -> 30;
          case 't' -> 40;
          default -> 0;
        };
    long number = Long.parseLong(shift == 0 ? text : text.substring(0, text.length() - 1));
    return number > 0 && number <= Long.MAX_VALUE >> shift
        ? OptionalLong.of(number << shift)
        : otherwise;
  }
}
