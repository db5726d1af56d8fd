package dev.almanac.service.demo;

import dev.almanac.service.clock.ServiceClock;
import dev.almanac.service.http.HttpApi;
import dev.almanac.service.http.Listen;
import dev.almanac.service.http.Probes;
import dev.almanac.service.telemetry.Telemetry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The demo with its page: the world is lived through quickly up to a Friday's morning rise, and
 * then at the given speed while somebody watches.
 */
public final class DemoPage implements AutoCloseable {
  /** From the first instant to half past ten on the second morning. */
  private static final Duration FAST_FORWARD = Duration.ofMinutes(29 * 60 + 54);

  private final DemoWorld world;
  private final double speed;
  private final Vertx vertx;
  private final HttpApi http;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean caughtUp;

  /** Starts to listen; {@link #run} makes time pass. */
  public DemoPage(DemoWorld world, double speed, Listen listen) {
    this.world = world;
    this.speed = speed;
    this.vertx = Vertx.vertx();
    this.http =
        HttpApi.start(
            vertx,
            listen,
            world.history(),
            new Probes(
                () -> true,
                () ->
                    caughtUp
                        ? new Probes.Readiness(true, "ready: the demo runs")
                        : new Probes.Readiness(false, "living through the first day"),
                () -> new Probes.MetricsPage(Telemetry.contentType(), world.telemetry().scrape())));
  }

  /** The port that it listens on. */
  public int port() {
    return http.port();
  }

  /** Lives through the first part of the trace as fast as it goes. */
  public void fastForward() {
    Instant target = world.start().plus(FAST_FORWARD);
    while (world.now().isBefore(target) && world.tick()) {
      // The world does the work.
    }
    caughtUp = true;
  }

  /**
   * Lets time pass until the trace or the given real time is over, or {@link #close} is called.
   *
   * @param longest real time to run for
   */
  public void run(Duration longest) throws InterruptedException {
    InstantSource wall = InstantSource.system();
    Instant end = wall.instant().plus(longest);
    ServiceClock clock = new ServiceClock(wall, wall.instant(), world.now(), speed);
    while (wall.instant().isBefore(end)) {
      while (!world.now().isAfter(clock.instant())) {
        if (!world.tick()) {
          return;
        }
      }
      Duration pause = clock.real(Duration.between(clock.instant(), world.now()));
      if (stop.await(Math.min(pause.toMillis(), 1_000), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  @Override
  public void close() {
    stop.countDown();
    http.shutdown(Duration.ofSeconds(2));
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
