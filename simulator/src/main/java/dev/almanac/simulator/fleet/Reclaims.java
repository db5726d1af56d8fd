package dev.almanac.simulator.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** When a provider takes nodes back. */
final class Reclaims {
  /*
   * A group of at most m nodes has m places. Each is struck at the rate of one node, whether a node
   * is there or not, and what strikes an empty place is void: so every node is struck at its rate,
   * and what is drawn does not depend on how many there are. Two policies meet the same reclaims.
   *
   * All places of a group together are one Poisson process of m times the rate, whose events each
   * have a place of their own, all equally likely. Such a process may begin anew at any instant: it
   * is drawn hour by hour, so that a fork needs no more than the hour that it stands in.
   */

  private static final int HOUR = 3600;
  private static final long GROUP = 0xD1B54A32D192ED03L; // odd, as are the multiples of all hours
  private static final long WAVES = 0x8CB92BA72F3D8DD7L;

  /**
   * One of them.
   *
   * @param place of the node; {@link #WAVE} where a part of the group goes
   * @param ofNodes decides how a part of a node is rounded, in [0, 1)
   * @param ofPods the same of pods
   */
  record Reclaim(int tick, int group, int place, double ofNodes, double ofPods) {
    static final int WAVE = -1;
  }

  private final List<NodeGroup> groups;
  private final long seed;
  private final int ticksPerHour;
  private int hour = -1;
  private List<Reclaim> drawn = List.of(); // of that hour, by tick
  private int next;

  Reclaims(List<NodeGroup> groups, int tickSeconds, long seed) {
    this.groups = groups;
    this.seed = seed;
    ticksPerHour = HOUR / tickSeconds;
  }

  /** Goes on from where another stands; what is drawn is never changed. */
  Reclaims(Reclaims other) {
    groups = other.groups;
    seed = other.seed;
    ticksPerHour = other.ticksPerHour;
    hour = other.hour;
    drawn = other.drawn;
    next = other.next;
  }

  /** Those of one tick; ticks come one after the other from 0 on. */
  List<Reclaim> at(int tick) {
    if (tick / ticksPerHour != hour) {
      draw(tick / ticksPerHour);
    }
    int from = next;
    while (next < drawn.size() && drawn.get(next).tick() == tick) {
      next++;
    }
    return drawn.subList(from, next);
  }

  private void draw(int newHour) {
    hour = newHour;
    next = 0;
    List<Reclaim> all = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      NodeGroup group = groups.get(g);
      if (group.spot().isPresent()) {
        Spot spot = group.spot().get();
        // By name, so that a group more or less leaves the others what they have.
        long own = seed + GROUP * group.name().hashCode() + hour * (GROUP ^ WAVES);
        draw(all, g, spot.reclaimsPerNodeHour() * group.max(), group.max(), own);
        if (spot.waves().isPresent()) {
          draw(all, g, spot.waves().get().perMonth() / Spot.HOURS_OF_MONTH, 0, own ^ WAVES);
        }
      }
    }
    all.sort(Comparator.comparingInt(Reclaim::tick));
    drawn = all;
  }

  private void draw(List<Reclaim> all, int g, double perHour, int places, long own) {
    // Its algorithm is fixed by its specification, unlike that of other generators.
    Random random = new Random(mixed(own));
    for (double at = gap(random, perHour); at < 1; at += gap(random, perHour)) {
      int place = places == 0 ? Reclaim.WAVE : random.nextInt(places);
      int tick = hour * ticksPerHour + (int) (at * ticksPerHour);
      all.add(new Reclaim(tick, g, place, random.nextDouble(), random.nextDouble()));
    }
  }

  /** Hours to the next; infinite at rate 0. StrictMath, whose bits no machine may choose. */
  private static double gap(Random random, double perHour) {
    return -StrictMath.log(1 - random.nextDouble()) / perHour;
  }

  /**
   * Seeds of one hour and the next differ by a constant, and so would what java.util.Random draws
   * first: the finalizer of splitmix64 (Stafford's variant 13) makes them unlike.
   */
  private static long mixed(long seed) {
    long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
