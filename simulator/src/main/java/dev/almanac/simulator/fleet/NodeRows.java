package dev.almanac.simulator.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** Nodes and where pods are, by counts per workload and group of nodes; and the node autoscaler. */
final class NodeRows {
  /*
   * A group has equal nodes, so it is enough to know how many pods of each workload it holds. What a
   * pod takes of a node is counted in shares:
   *
   *   fit      = floor(min(cpu / request, memory / request, pods))       pods of one kind on a node
   *   share    = 1 / fit      of the resource that limits it: the rest of a node that no other
   *                           of its kind fits into counts as taken
   *            = request / allocatable      of the others
   *
   * A group of n nodes holds pods while no resource's shares sum to more than n. For pods of one
   * kind that is exact; mixed kinds may fill each other's rests, so it errs towards more nodes
   * (measured in NodeCountTest). Shares are whole numbers,
   * so that what is added can be taken away again without a rest.
   */

  /** One node. */
  private static final long NODE = 1L << 40;

  static final int RESOURCES = 3; // CPU, memory, pods

  private static final int LAST = (1 << 20) - 1;

  /** What keeps a pod pending. */
  enum Limit {
    GROUP_MAX,
    QUOTA,
    ADDRESSES,
    OUTAGE
  }

  private final Supply supply;
  final int groups;
  private final int rows;
  private final int zones;
  private final int[] zone;
  private final int[][] ofZone; // groups
  private final int[] max;
  private final int[] min;
  private final long[] millicores;
  private final double[] price;
  private final int[] provisionTicks;
  private final int[] addresses;
  private final long[] share; // [(w * groups + g) * RESOURCES + r]; 0 where a pod never fits
  private final int[] fit; // [w * groups + g], 0 where not allowed
  private final int[] skew;
  private final Optional<Preemption> preemption; // empty where all are of one priority
  private final int idleTicks;
  private final int ticksPerMinute;
  private final int[] noticeTicks; // by group; 0 where nothing is reclaimed, or nobody heeds it
  private final int[] shortageTicks; // after a wave

  private final int[] nodes; // changed by addNodes only
  final int[] incoming;
  private final int[] down; // outages that hold a group
  private int held; // outages of the autoscaler
  private final long[] used; // [g * RESOURCES + r]
  private final double[] use; // by group, as nodes and used have it
  private final int[] emptiest; // by zone, the first group of the least use
  private boolean stale; // whether both are yet to be computed anew
  private final int[] placed; // [w * groups + g]
  private final int[] inZone; // [w * zones + zone], the same by zone
  private final int[] zonePods;
  private final int[] arriving; // [tick % ring][g]
  private final int ring;
  private final int[] idle; // ticks for which a group could have done with fewer nodes
  private final double[] moved; // fractions of pods that removals have not counted yet
  private final int[] leaving; // reclaimed nodes that are paid for until they are gone
  private final int[] going; // [tick % ring][g], when they are
  private final int[] dryUntil; // tick until which no node can be had
  private final boolean budgets; // whether any workload has one
  private final boolean[] draining; // groups of which a node is being emptied
  private final int[] owed; // [w * groups + g], pods that it still holds

  // Scratch of one pass.
  private final int[] virtual;
  private final long[] spare;
  private final double[] virtualUse;

  NodeRows(FleetScenario scenario, Supply supply, boolean foresight) {
    this.supply = supply;
    List<NodeGroup> all = supply.groups();
    List<FleetWorkload> workloads = scenario.workloads();
    groups = all.size();
    rows = workloads.size();
    List<String> zoneNames = all.stream().map(NodeGroup::zone).distinct().toList();
    zones = zoneNames.size();
    zone = all.stream().mapToInt(g -> zoneNames.indexOf(g.zone())).toArray();
    ofZone = zoneNames.stream().map(supply::groupsOfZone).toArray(int[][]::new);
    max = all.stream().mapToInt(NodeGroup::max).toArray();
    min = all.stream().mapToInt(NodeGroup::min).toArray();
    millicores = all.stream().mapToLong(g -> g.allocatable().millicores()).toArray();
    price = all.stream().mapToDouble(NodeGroup::pricePerHour).toArray();
    int tick = scenario.tickSeconds();
    ticksPerMinute = scenario.ticksPerMinute();
    provisionTicks =
        all.stream()
            .mapToInt(g -> foresight ? 0 : ticks(g.provisioning().toMillis(), tick))
            .toArray();
    addresses =
        zoneNames.stream()
            .mapToInt(z -> supply.zoneAddresses().getOrDefault(z, Integer.MAX_VALUE))
            .toArray();
    idleTicks = foresight ? 0 : ticks(supply.idleAfter().toMillis(), tick);
    share = new long[rows * groups * RESOURCES];
    fit = new int[rows * groups];
    skew = workloads.stream().mapToInt(FleetWorkload::maxZoneSkew).toArray();
    for (int w = 0; w < rows; w++) {
      for (int g = 0; g < groups; g++) {
        measure(workloads.get(w), all.get(g), w * groups + g);
      }
    }
    noticeTicks =
        all.stream()
            .mapToInt(g -> g.spot().map(s -> ticks(s.notice().toMillis(), tick)).orElse(0))
            .toArray();
    // Foresight has ordered before a shortage.
    shortageTicks =
        all.stream().mapToInt(g -> foresight ? 0 : ticks(shortageOf(g).toMillis(), tick)).toArray();
    preemption =
        workloads.stream().mapToInt(FleetWorkload::priority).distinct().count() > 1
            ? Optional.of(Preemption.of(this, workloads))
            : Optional.empty();
    nodes = min.clone();
    incoming = new int[groups];
    down = new int[groups];
    used = new long[groups * RESOURCES];
    use = new double[groups];
    emptiest = new int[zones];
    stale = true;
    placed = new int[rows * groups];
    inZone = new int[rows * zones];
    zonePods = new int[zones];
    ring = Math.max(max(provisionTicks), max(noticeTicks)) + 1;
    arriving = new int[ring * groups];
    idle = new int[groups];
    moved = new double[rows * groups];
    leaving = new int[groups];
    going = new int[ring * groups];
    dryUntil = new int[groups];
    budgets = workloads.stream().anyMatch(w -> w.budget().isPresent());
    draining = new boolean[groups];
    owed = new int[budgets ? rows * groups : 0];
    virtual = new int[groups];
    spare = new long[groups * RESOURCES];
    virtualUse = new double[groups];
  }

  NodeRows(NodeRows other) {
    supply = other.supply;
    groups = other.groups;
    rows = other.rows;
    zones = other.zones;
    zone = other.zone;
    ofZone = other.ofZone;
    max = other.max;
    min = other.min;
    millicores = other.millicores;
    price = other.price;
    provisionTicks = other.provisionTicks;
    addresses = other.addresses;
    share = other.share;
    fit = other.fit;
    skew = other.skew;
    preemption = other.preemption.map(p -> p.over(this));
    idleTicks = other.idleTicks;
    ticksPerMinute = other.ticksPerMinute;
    noticeTicks = other.noticeTicks;
    shortageTicks = other.shortageTicks;
    nodes = other.nodes.clone();
    incoming = other.incoming.clone();
    down = other.down.clone();
    held = other.held;
    used = other.used.clone();
    use = other.use.clone();
    emptiest = other.emptiest.clone();
    stale = other.stale;
    placed = other.placed.clone();
    inZone = other.inZone.clone();
    zonePods = other.zonePods.clone();
    arriving = other.arriving.clone();
    ring = other.ring;
    idle = other.idle.clone();
    moved = other.moved.clone();
    leaving = other.leaving.clone();
    going = other.going.clone();
    dryUntil = other.dryUntil.clone();
    budgets = other.budgets;
    draining = other.draining.clone();
    owed = other.owed.clone();
    virtual = new int[groups];
    spare = new long[groups * RESOURCES];
    virtualUse = new double[groups];
  }

  private static int max(int[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static Duration shortageOf(NodeGroup g) {
    return g.spot().flatMap(Spot::waves).map(Spot.Waves::shortage).orElse(Duration.ZERO);
  }

  static int ticks(long millis, int tickSeconds) {
    return Math.toIntExact(Math.ceilDiv(millis, 1000L * tickSeconds));
  }

  private void measure(FleetWorkload workload, NodeGroup group, int at) {
    Resources one = workload.requests();
    Resources node = group.allocatable();
    boolean allowed =
        workload.nodeGroups().isEmpty() || workload.nodeGroups().contains(group.name());
    if (!allowed || one.millicores() > node.millicores() || one.bytes() > node.bytes()) {
      return;
    }
    long byCpu = one.millicores() == 0 ? Long.MAX_VALUE : node.millicores() / one.millicores();
    long byMemory = one.bytes() == 0 ? Long.MAX_VALUE : node.bytes() / one.bytes();
    int most = (int) Math.min(group.podsPerNode(), Math.min(byCpu, byMemory));
    fit[at] = most;
    share[at * RESOURCES] = shareOf(one.millicores(), node.millicores(), byCpu == most, most);
    share[at * RESOURCES + 1] = shareOf(one.bytes(), node.bytes(), byMemory == most, most);
    share[at * RESOURCES + 2] = Math.max(1, NODE / group.podsPerNode());
  }

  private static long shareOf(long request, long allocatable, boolean limits, int most) {
    return Math.max(1, limits ? NODE / most : (long) (NODE * ((double) request / allocatable)));
  }

  /** Whether pods of a workload fit on a node of any group. */
  boolean fitsSomewhere(int w) {
    for (int g = 0; g < groups; g++) {
      if (fit[w * groups + g] > 0) {
        return true;
      }
    }
    return false;
  }

  /** What a pod takes of a node of a group, of 2^40; 0 where it never fits. */
  long share(int w, int g, int resource) {
    return share[(w * groups + g) * RESOURCES + resource];
  }

  /** What is free on all nodes of a group together, of 2^40 a node. */
  long free(int g, int resource) {
    return nodes[g] * NODE - used[g * RESOURCES + resource];
  }

  /** Nodes that are there. */
  int nodes(int g) {
    return nodes[g];
  }

  int placed(int w, int g) {
    return placed[w * groups + g];
  }

  /** The share of a group's nodes that a resource takes: 0 CPU, 1 memory. */
  double usedNodes(int g, int resource) {
    return (double) used[g * RESOURCES + resource] / NODE;
  }

  /** What one pod takes of a node of a group, by its own requests: 0 CPU, 1 memory. */
  double shareOfNode(int w, int g, int resource) {
    return (double) share[(w * groups + g) * RESOURCES + resource] / NODE;
  }

  boolean isUp(int g) {
    return down[g] == 0;
  }

  /** Nodes that are paid for: those there, on their way, and reclaimed ones until they are gone. */
  int paid(int g) {
    return nodes[g] + incoming[g] + leaving[g];
  }

  /** Lets nodes arrive whose time has come, and those go that were reclaimed. */
  void arrive(int tick) {
    int from = tick % ring * groups;
    for (int g = 0; g < groups; g++) {
      leaving[g] -= going[from + g];
      going[from + g] = 0;
      int come = arriving[from + g];
      if (come > 0) {
        addNodes(g, come);
        incoming[g] -= come;
        arriving[from + g] = 0;
      }
    }
  }

  /** Finds places on nodes that are there for up to so many pods; returns for how many. */
  int place(int w, int pods) {
    measureAll();
    for (int done = 0; done < pods; done++) {
      int g = roomiest(w);
      if (g < 0) {
        return done;
      }
      move(w, g, 1);
      measure(g);
    }
    return pods;
  }

  /**
   * Makes a place for one pod at the cost of pods of lower priority; returns whether it could.
   *
   * @param allowed pods of a workload that its budget lets go now
   */
  boolean preempt(int w, IntUnaryOperator allowed, Evictions evict) {
    if (preemption.isEmpty() || !preemption.get().mayPreempt(w)) {
      return false;
    }
    int least = leastOfZones(w);
    Preemption p = preemption.get();
    int chosen = p.choose(w, g -> mayTake(w, g, least), allowed);
    for (int v = 0; chosen >= 0 && v < rows; v++) {
      evict(v, chosen, p.victims(v), evict);
    }
    return chosen >= 0;
  }

  /** The group for the next pod: fewest of the workload in its zone, then the emptiest. */
  private int roomiest(int w, int[] count, long[] taken, double[] usage) {
    int least = leastOfZones(w);
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    double bestUse = 0;
    for (int g = 0; g < groups; g++) {
      int here = inZone[w * zones + zone[g]];
      boolean better = here < fewest || (here == fewest && usage[g] < bestUse);
      if (better && mayTake(w, g, least) && hasRoom(w, g, count[g], taken)) {
        best = g;
        fewest = here;
        bestUse = usage[g];
      }
    }
    return best;
  }

  /** The same, nine times in ten without a look at more than the emptiest group of each zone. */
  private int roomiest(int w) {
    int best = emptiest[0];
    int fewest = inZone[w * zones];
    for (int z = 1; z < zones; z++) {
      int g = emptiest[z];
      int here = inZone[w * zones + z];
      if (here < fewest
          || (here == fewest && (use[g] < use[best] || (use[g] == use[best] && g < best)))) {
        best = g;
        fewest = here;
      }
    }
    return mayTake(w, best, leastOfZones(w)) && hasRoom(w, best, nodes[best], used)
        ? best
        : roomiest(w, nodes, used, use);
  }

  private int leastOfZones(int w) {
    if (skew[w] == 0) {
      return 0;
    }
    int least = Integer.MAX_VALUE;
    for (int g = 0; g < groups; g++) {
      if (fit[w * groups + g] > 0 && down[g] == 0) {
        least = Math.min(least, inZone[w * zones + zone[g]]);
      }
    }
    return least;
  }

  private boolean mayTake(int w, int g, int least) {
    return fit[w * groups + g] > 0
        && down[g] == 0
        && zonePods[zone[g]] < addresses[zone[g]]
        && (skew[w] == 0 || inZone[w * zones + zone[g]] - least < skew[w]);
  }

  private boolean hasRoom(int w, int g, int count, long[] taken) {
    long all = count * NODE;
    int s = (w * groups + g) * RESOURCES;
    int u = g * RESOURCES;
    return taken[u] + share[s] <= all
        && taken[u + 1] + share[s + 1] <= all
        && taken[u + 2] + share[s + 2] <= all;
  }

  private void measureAll() {
    for (int g = 0; stale && g < groups; g++) {
      measure(g);
    }
    stale = false;
  }

  private void measure(int g) {
    measureUse(g, nodes, used, use);
    int[] all = ofZone[zone[g]];
    int best = all[0];
    for (int i = 1; i < all.length; i++) {
      best = use[all[i]] < use[best] ? all[i] : best;
    }
    emptiest[zone[g]] = best;
  }

  /**
   * The share of a group's nodes that is taken, of the scarcer of CPU and memory; 1 without any.
   */
  private static void measureUse(int g, int[] count, long[] taken, double[] usage) {
    long most = Math.max(taken[g * RESOURCES], taken[g * RESOURCES + 1]);
    usage[g] = count[g] == 0 ? 1 : (double) most / count[g];
  }

  private void addNodes(int g, int count) {
    nodes[g] += count;
    stale = true;
  }

  /** Puts pods there, or takes them away; what is used has to be measured anew. */
  private void move(int w, int g, int pods) {
    int at = w * groups + g;
    placed[at] += pods;
    inZone[w * zones + zone[g]] += pods;
    zonePods[zone[g]] += pods;
    for (int r = 0; r < RESOURCES; r++) {
      used[g * RESOURCES + r] += pods * share[at * RESOURCES + r];
    }
  }

  /** Removes pods that had a place, from the fullest zones first, there from the fullest group. */
  void remove(int w, int pods) {
    for (int i = 0; i < pods; i++) {
      // The first of the largest, in one comparison: counts lie below 2^20, and so do groups.
      long most = 0;
      for (int g = 0; g < groups; g++) {
        long here = inZone[w * zones + zone[g]];
        most = Math.max(most, (here << 20 | placed[w * groups + g]) << 20 | (LAST - g));
      }
      move(w, LAST - (int) (most & LAST), -1);
    }
    stale = true;
  }

  /** Puts nodes there at once, for pods that have no place before anything has begun. */
  void orderReady(PodRows pods) {
    order(pods, 0, new long[Limit.values().length]);
    for (int g = 0; g < groups; g++) {
      addNodes(g, incoming[g]);
      incoming[g] = 0;
    }
    Arrays.fill(arriving, 0);
  }

  /** Orders nodes where there is a reason to; returns whether there was. */
  boolean mustOrder(PodRows pods, int tick, long[] blocked) {
    boolean must = supply.buffer() > 0 || pods.anyPending();
    for (int g = 0; g < groups && !must; g++) {
      must = nodes[g] + incoming[g] < min[g];
    }
    if (must) {
      order(pods, tick, blocked);
    }
    return must;
  }

  /**
   * Orders nodes for pods that have no place even on the nodes that are on their way, and for the
   * buffer.
   *
   * @param blocked pods that no order can help are added here, by limit
   */
  private void order(PodRows pods, int tick, long[] blocked) {
    System.arraycopy(used, 0, spare, 0, used.length);
    for (int g = 0; g < groups; g++) {
      virtual[g] = nodes[g] + incoming[g];
      measureUse(g, virtual, spare, virtualUse);
    }
    for (int w = PodRows.NONE; (w = pods.nextPending(w)) != PodRows.NONE; ) {
      orderFor(w, pods.pending[w], tick, blocked);
    }
    for (int g = 0; g < groups; g++) {
      int want = Math.min(max[g] - leaving[g], Math.max(min[g], needed(g, spare)));
      if (held == 0 && mayBuy(g, tick) && virtual[g] < want && supply.buffer() + min[g] > 0) {
        buy(g, Math.min(want - virtual[g], quotaLeft(g)), tick);
      }
    }
  }

  private void orderFor(int w, int pods, int tick, long[] blocked) {
    for (int i = 0; i < pods; i++) {
      int g = roomiest(w, virtual, spare, virtualUse);
      if (g < 0) {
        g = held == 0 ? cheapest(w, tick) : -1;
        if (g < 0) {
          blocked[limit(w, tick).ordinal()] += pods - i;
          break;
        }
        buy(g, 1, tick);
      }
      inZone[w * zones + zone[g]]++; // as if it were there
      for (int r = 0; r < RESOURCES; r++) {
        spare[g * RESOURCES + r] += share[(w * groups + g) * RESOURCES + r];
      }
      measureUse(g, virtual, spare, virtualUse);
    }
    countZones(w);
  }

  private void countZones(int w) {
    Arrays.fill(inZone, w * zones, (w + 1) * zones, 0);
    for (int g = 0; g < groups; g++) {
      inZone[w * zones + zone[g]] += placed[w * groups + g];
    }
  }

  /**
   * The group in which a place for one more pod costs least; of equal ones, the zone with least.
   */
  private int cheapest(int w, int tick) {
    int least = leastOfZones(w);
    int best = -1;
    double bestPrice = 0;
    for (int g = 0; g < groups; g++) {
      if (!mayTake(w, g, least) || !mayBuy(g, tick) || !belowMax(g) || quotaLeft(g) < 1) {
        continue;
      }
      double each = price[g] / fit[w * groups + g];
      if (best < 0
          || each < bestPrice
          || (each == bestPrice && inZone[w * zones + zone[g]] < inZone[w * zones + zone[best]])) {
        best = g;
        bestPrice = each;
      }
    }
    return best;
  }

  private boolean mayBuy(int g, int tick) {
    return down[g] == 0 && tick >= dryUntil[g];
  }

  private boolean belowMax(int g) {
    return virtual[g] + leaving[g] < max[g];
  }

  private Limit limit(int w, int tick) {
    boolean anyUp = false;
    boolean addressesLeft = false;
    boolean belowMax = false;
    for (int g = 0; g < groups; g++) {
      if (fit[w * groups + g] > 0 && mayBuy(g, tick)) {
        anyUp = true;
        if (zonePods[zone[g]] < addresses[zone[g]]) {
          addressesLeft = true;
          belowMax |= belowMax(g);
        }
      }
    }
    return held > 0 || !anyUp
        ? Limit.OUTAGE
        : !addressesLeft ? Limit.ADDRESSES : belowMax ? Limit.QUOTA : Limit.GROUP_MAX;
  }

  private int quotaLeft(int g) {
    if (supply.quotaMillicores() == Supply.UNLIMITED) {
      return Integer.MAX_VALUE;
    }
    long taken = 0;
    for (int i = 0; i < groups; i++) {
      taken += paid(i) * millicores[i];
    }
    return (int) Math.clamp((supply.quotaMillicores() - taken) / millicores[g], 0, max[g]);
  }

  private void buy(int g, int count, int tick) {
    if (count <= 0) {
      return;
    }
    virtual[g] += count;
    if (provisionTicks[g] == 0) {
      addNodes(g, count);
    } else {
      incoming[g] += count;
      arriving[(tick + provisionTicks[g]) % ring * groups + g] += count;
    }
  }

  /** Nodes that hold what a group holds, and the buffer. */
  private int needed(int g, long[] taken) {
    return needed(g, taken, supply.buffer());
  }

  private int needed(int g, long[] taken, double buffer) {
    long most = 0;
    for (int r = 0; r < RESOURCES; r++) {
      most = Math.max(most, taken[g * RESOURCES + r]);
    }
    double withBuffer = most * (1 + buffer);
    return (int) Math.ceil(withBuffer / NODE - 1e-9);
  }

  /**
   * Removes nodes that have not been needed for long, one a minute and group; returns how many of
   * them disruption budgets hold.
   *
   * @param evict takes what moves: {@code (workload, pods)}
   * @param allowed pods of a workload that may be moved now
   */
  int removeIdle(int tick, Evictions evict, IntUnaryOperator allowed) {
    measureAll();
    int heldBack = 0;
    for (int g = 0; g < groups; g++) {
      int need = Math.max(min[g], needed(g, used));
      boolean low =
          nodes[g] > need
              && incoming[g] == 0
              && (supply.idleBelow() >= 1
                  || idleTicks == 0
                  || (1 + supply.buffer()) * use[g] < supply.idleBelow() * NODE);
      idle[g] = low && held == 0 ? idle[g] + 1 : 0;
      draining[g] &= low;
      int most =
          idle[g] <= idleTicks
              ? 0
              // Foresight drains for nothing: it has known long before.
              : idleTicks == 0 ? nodes[g] - need : tick % ticksPerMinute == 0 ? 1 : 0;
      if (!budgets && most > 0) {
        drain(g, most, evict);
      }
      for (int i = 0; budgets && i < most && drainWithin(g, evict, allowed); i++) {}
      heldBack += draining[g] ? 1 : 0;
    }
    return heldBack;
  }

  /**
   * Empties one node as far as budgets allow, and removes it once it is empty; returns whether it
   * was. The rest of its pods moves in the minutes that follow, as long as the node is not needed.
   * Which pods of the group these are is not known: until the node is gone its room counts, and
   * pods may still come to it.
   */
  private boolean drainWithin(int g, Evictions evict, IntUnaryOperator allowed) {
    boolean empty = true;
    for (int w = 0; w < rows; w++) {
      int at = w * groups + g;
      if (!draining[g]) {
        owed[at] = partOf(at, 1, g);
      }
      int pods = Math.min(owed[at], Math.min(placed[at], allowed.applyAsInt(w)));
      owed[at] = Math.min(owed[at], placed[at]) - pods;
      empty &= owed[at] == 0;
      evict(w, g, pods, evict);
    }
    draining[g] = !empty;
    addNodes(g, empty ? -1 : 0);
    return empty;
  }

  /** Pods of so many nodes of a group; what is rounded away is kept for the next time. */
  private int partOf(int at, int count, int g) {
    moved[at] += (double) placed[at] * count / nodes[g];
    int pods = Math.min(placed[at], (int) moved[at]);
    moved[at] -= pods;
    return pods;
  }

  private void drain(int g, int count, Evictions evict) {
    for (int w = 0; w < rows; w++) {
      int at = w * groups + g;
      if (placed[at] > 0) {
        evict(w, g, partOf(at, count, g), evict);
      }
    }
    addNodes(g, -count);
  }

  /** Hears of pods that have lost their node. */
  interface Evictions {
    void evict(int w, int pods);
  }

  /** All nodes of a group are gone, those on their way too. */
  void lose(int g, Evictions lost) {
    for (int w = 0; w < rows; w++) {
      evict(w, g, placed[w * groups + g], lost);
    }
    addNodes(g, -nodes[g]);
    incoming[g] = 0;
    leaving[g] = 0;
    for (int slot = 0; slot < ring; slot++) {
      arriving[slot * groups + g] = 0;
      going[slot * groups + g] = 0;
    }
    down[g]++;
  }

  void comeBack(int g) {
    down[g]--;
  }

  /** One node is gone, with its part of the pods, rounded up. */
  void loseNode(int g, Evictions lost) {
    if (nodes[g] == 0) {
      return;
    }
    for (int w = 0; w < rows; w++) {
      evict(w, g, Math.ceilDiv(placed[w * groups + g], nodes[g]), lost);
    }
    addNodes(g, -1);
  }

  /** Whether pods of a group are moved when a node of theirs is about to be reclaimed. */
  boolean isWarned(int g) {
    return noticeTicks[g] > 0;
  }

  /**
   * A provider takes nodes back, with their part of the pods; returns how many nodes.
   *
   * @param evict takes what they held: {@code (workload, pods)}
   */
  int reclaim(Reclaims.Reclaim r, Evictions evict) {
    int g = r.group();
    int count = r.place() < nodes[g] ? 1 : 0;
    if (r.place() == Reclaims.Reclaim.WAVE) {
      double share =
          supply.groups().get(g).spot().flatMap(Spot::waves).map(Spot.Waves::share).orElse(0.0);
      count = (int) Math.min(nodes[g], share * nodes[g] + r.ofNodes());
      dryUntil[g] = Math.max(dryUntil[g], r.tick() + shortageTicks[g]);
    }
    if (count == 0) {
      return 0;
    }
    take(g, count, r.ofPods(), evict);
    if (noticeTicks[g] > 0) {
      leaving[g] += count;
      going[(r.tick() + noticeTicks[g]) % ring * groups + g] += count;
    }
    return count;
  }

  /**
   * Takes nodes of a group and what they hold. Which node it is does not matter to a pod: each
   * workload loses its part, rounded so that on average it is exact (systematic sampling), and more
   * where the rest would not fit on the nodes that are left.
   */
  private void take(int g, int count, double offset, Evictions evict) {
    double sum = offset;
    int before = 0;
    for (int w = 0; w < rows; w++) {
      int here = placed[w * groups + g];
      if (here > 0) {
        sum += (double) here * count / nodes[g];
        int pods = Math.min(here, (int) sum - before);
        before = (int) sum;
        evict(w, g, pods, evict);
      }
    }
    addNodes(g, -count);
    for (int w = 0; needed(g, used, 0) > nodes[g]; w = (w + 1) % rows) {
      evict(w, g, Math.min(1, placed[w * groups + g]), evict);
    }
  }

  private void evict(int w, int g, int pods, Evictions evict) {
    if (pods > 0) {
      move(w, g, -pods);
      stale = true;
      evict.evict(w, pods);
    }
  }

  /** Nobody orders or removes nodes until every outage of the autoscaler is over. */
  void hold() {
    held++;
  }

  void release() {
    held--;
  }
}
