package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.actuator.kubernetes.LiveUsageException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When samples are taken, and what becomes of those that cannot be. */
class LiveWatchTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private long nanos = 7;
  private final List<Long> takenAt = new ArrayList<>();
  private final List<String> troubles = new ArrayList<>();

  private final LiveWatch watch = watch(Duration.ofMinutes(5));

  private LiveWatch watch(Duration length) {
    return new LiveWatch(length, MINUTE, () -> nanos, pause -> nanos += pause.toNanos());
  }

  private long minute() {
    return Duration.ofNanos(nanos).toMinutes();
  }

  private void run(LiveWatch watch, LiveWatch.Sample sample) throws Exception {
    watch.run(
        () -> {
          sample.take();
          takenAt.add(minute());
        },
        troubles::add,
        (_, _) -> {});
  }

  private void fail(boolean passing, String why) throws IOException {
    throw new LiveUsageException(passing, why, new IOException());
  }

  @Test
  void oneSampleWhereThereIsNoLength() throws Exception {
    run(watch(Duration.ZERO), () -> {});
    assertThat(takenAt).containsExactly(0L);
    assertThatThrownBy(() -> run(watch(Duration.ZERO), () -> fail(true, "away")))
        .isInstanceOf(LiveUsageException.class);
    assertThat(troubles).as("it is said once, by what ends the run").isEmpty();
  }

  @Test
  void aSampleEachMinuteThoughTheyTakeTime() throws Exception {
    run(watch, () -> nanos += Duration.ofSeconds(20).toNanos());
    assertThat(takenAt).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(watch.notes()).isEmpty();
  }

  @Test
  void whatComesTooLateIsNotMadeUpFor() throws Exception {
    run(
        watch,
        () -> {
          if (minute() == 1) {
            nanos += MINUTE.multipliedBy(2).plusSeconds(30).toNanos();
          }
        });
    assertThat(takenAt).containsExactly(0L, 3L, 4L, 5L);
    assertThat(watch.notes())
        .containsExactly(
            "2 of 6 samples fell out: the one before took too long, or the machine slept");
  }

  @Test
  void samplesThatAreLostAreSaidOnceARowAndCounted() throws Exception {
    run(
        watch,
        () -> {
          if (List.of(0L, 1L, 4L).contains(minute())) {
            fail(true, "away at " + minute());
          }
        });
    assertThat(takenAt).containsExactly(2L, 3L, 5L);
    assertThat(troubles).containsExactly("away at 0", "away at 4");
    assertThat(watch.notes()).containsExactly("3 of 6 samples could not be taken: away at 4");
  }

  @Test
  void withoutAnySampleItFails() {
    assertThatThrownBy(() -> run(watch, () -> fail(true, "away")))
        .isInstanceOf(LiveUsageException.class)
        .hasMessage("away");
    assertThat(minute()).as("it was tried to the end").isEqualTo(5);
    assertThat(troubles).hasSize(1);
  }

  @Test
  void whatDoesNotPassEndsItAtOnce() {
    assertThatThrownBy(() ->
            run(
                watch,
                () -> {
                  if (minute() == 2) {
                    fail(false, "the right is missing");
                  }
                }))
        .hasMessage("the right is missing");
    assertThat(takenAt).containsExactly(0L, 1L);
  }
}
