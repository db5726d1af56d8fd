package dev.almanac.service.loop;

import dev.almanac.service.clock.ServiceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the loop: one platform thread that ticks at whole multiples of the interval, until it is
 * stopped; the first tick is the multiple that has just passed, so that nobody waits for a decision
 * after a start. A tick that runs over its interval makes the next one start late; none is made up
 * for.
 */
public final class LoopThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

  private final Consumer<Instant> loop;
  private final ServiceClock clock;
  private final Duration interval;
  private final Runnable beforeTick;
  private final DoubleConsumer tickSeconds;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile Instant lastTick = Instant.MIN;

  /**
   * Starts nothing yet.
   *
   * @param loop what a tick does, given its time on the clock
   * @param interval time between two ticks on the given clock
   * @param beforeTick runs on the loop's thread before each tick, for example to reload
   *     configuration
   */
  public LoopThread(
      Consumer<Instant> loop,
      ServiceClock clock,
      Duration interval,
      Runnable beforeTick,
      DoubleConsumer tickSeconds) {
    this.loop = loop;
    this.clock = clock;
    this.interval = interval;
    this.beforeTick = beforeTick;
    this.tickSeconds = tickSeconds;
    this.thread = Thread.ofPlatform().name("control-loop").unstarted(this::run);
  }

  /** Starts ticking. */
  public void start() {
    thread.start();
  }

  /** When the last tick began, {@link Instant#MIN} before the first. */
  public Instant lastTick() {
    return lastTick;
  }

  /** Whether the thread runs: false before the start, after the end, and after a death. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    try {
      tickOnce(floor(clock.instant()));
      while (true) {
        Instant now = clock.instant();
        Instant tick = floor(now).plus(interval);
        if (stop.await(clock.real(Duration.between(now, tick)).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        tickOnce(floor(clock.instant()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tickOnce(Instant at) {
    if (at.equals(lastTick)) {
      return;
    }
    long start = System.nanoTime();
    try {
      beforeTick.run();
      loop.accept(at);
    } catch (RuntimeException e) {
      LOG.error("the tick of {} failed; the next one follows", at, e);
    }
    lastTick = at;
    tickSeconds.accept((System.nanoTime() - start) / 1e9);
  }

  private Instant floor(Instant at) {
    long millis = interval.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(at.toEpochMilli(), millis) * millis);
  }

  /** Lets the running tick finish, then stops. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(Duration.ofSeconds(20));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
