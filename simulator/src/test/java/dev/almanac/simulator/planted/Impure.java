package dev.almanac.simulator.planted;

import java.io.File;
import java.time.Instant;
import java.util.Random;

/** Breaks every rule of purity, so that the rules can be seen to notice. */
public final class Impure {
  private Impure() {}

  /** Reads the clock. */
  public static Instant clock() {
    return Instant.now();
  }

  /** Draws a number that no second run will draw. */
  public static double chance() {
    return new Random().nextDouble();
  }

  /** Starts a thread. */
  public static void thread() {
    new Thread(() -> {}).start();
  }

  /** Looks at a file. */
  public static boolean file() {
    return new File("demand.csv").exists();
  }
}
