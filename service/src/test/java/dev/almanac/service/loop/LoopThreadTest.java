package dev.almanac.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.service.clock.ServiceClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:07Z");
  private static final Duration INTERVAL = Duration.ofSeconds(15);

  private final BlockingQueue<Instant> ticks = new LinkedBlockingQueue<>();

  @Test
  void theFirstTickWaitsForNothing() throws InterruptedException {
    ServiceClock standing = new ServiceClock(InstantSource.fixed(START), START, START, 1);
    try (LoopThread _ = started(standing, ticks::add)) {
      assertThat(ticks.poll(5, TimeUnit.SECONDS)).isEqualTo("2026-03-02T08:00:00Z");
    }
    assertThat(ticks).isEmpty();
  }

  @Test
  void ticksAreWholeMultiplesOfTheIntervalAndNoneComesTwice() throws InterruptedException {
    try (LoopThread _ = started(hurried(), ticks::add)) {
      assertThat(nextTicks(20))
          .isSorted()
          .doesNotHaveDuplicates()
          .allMatch(at -> at.getEpochSecond() % INTERVAL.toSeconds() == 0);
    }
  }

  @Test
  void aTickThatFailsIsNotTheLast() throws InterruptedException {
    Consumer<Instant> failing =
        at -> {
          ticks.add(at);
          throw new IllegalStateException("as if a port broke");
        };
    try (LoopThread thread = started(hurried(), failing)) {
      assertThat(nextTicks(3)).hasSize(3);
      assertThat(thread.isAlive()).isTrue();
    }
  }

  private static ServiceClock hurried() {
    InstantSource wall = InstantSource.system();
    return new ServiceClock(wall, wall.instant(), START, 3_000);
  }

  private static LoopThread started(ServiceClock clock, Consumer<Instant> loop) {
    LoopThread thread = new LoopThread(loop, clock, INTERVAL, () -> {}, seconds -> {});
    thread.start();
    return thread;
  }

  private List<Instant> nextTicks(int count) throws InterruptedException {
    List<Instant> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      next.add(ticks.poll(5, TimeUnit.SECONDS));
    }
    return next;
  }
}
