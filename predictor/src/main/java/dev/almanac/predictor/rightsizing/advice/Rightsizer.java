package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.Reason.Code;
import dev.almanac.predictor.rightsizing.advice.WorkloadAdvice.HpaTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory.UtilizationTarget;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import dev.almanac.predictor.rightsizing.pod.JvmHeap;
import dev.almanac.predictor.rightsizing.pod.QosClass;
import dev.almanac.predictor.rightsizing.pod.ScalePoint;
import dev.almanac.predictor.rightsizing.price.CpuByPrice;
import dev.almanac.predictor.rightsizing.price.MemoryByPrice;
import dev.almanac.predictor.rightsizing.usage.Throttling;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Advice for the workloads of one namespace, one after the other, as its quota is shared. */
public final class Rightsizer {
  /*
   * For each container: what usage asks for (price, weekly peak), then what usage does not show (throttling,
   * OOM kills, heap), then what the pod and its namespace allow (QoS class, LimitRange, quota), last the HPA
   * that goes by the request. Later steps see what earlier ones did; only the last two may go below what
   * usage asks for, and say so.
   */

  /** Days of usage before anything is said: nothing shorter was measured. */
  private static final int LEAST_DAYS = 3;

  /** Runs of a Job before anything is said. */
  private static final int LEAST_RUNS = 3;

  private static final Duration STEP = Duration.ofMinutes(5);

  /** Of what a container used: less held back is noise of the scheduler. */
  private static final double THROTTLED_TOLERANCE = 0.05;

  /** Of the time: a container held back for more has a limit that is too low. */
  private static final double THROTTLED_SHARE = 0.01;

  /** What a limit has to cover of the usage of a container. */
  private static final double LIMIT_QUANTILE = 0.99;

  /** A start-up is told of when it uses so much more than the request. */
  private static final double START_UP_FACTOR = 1.5;

  /** Relative difference of requests that matters, as in VPA's updater and the replays. */
  private static final double CHANGE = 0.1;

  /** A memory request below was meant to be in Mi: "512m" is half a byte. */
  private static final long ODD_MEMORY = 1 << 20;

  /** Requests above were meant to be in m: "500" is 500 cores. */
  private static final long ODD_MILLICORES = 256_000;

  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final CpuByPrice.Settings cpuPrice;
  private final MemoryByPrice.Settings memoryPrice;
  private final PodFit fit;

  /** For one namespace. */
  public Rightsizer(Goal goal, NamespaceRules rules) {
    cpuPrice = CpuByPrice.Settings.DEFAULTS.withPrice(goal.cpuPrice());
    memoryPrice = MemoryByPrice.Settings.DEFAULTS.withPrice(goal.memoryPrice());
    fit = new PodFit(rules);
  }

  /** One container on its way: refused, or with what usage asks for. */
  private record Sized(
      ContainerHistory history,
      Optional<Refused> refused,
      ResourceList wanted,
      ResourceList leastLimits,
      Optional<Figures> cpu,
      Optional<Figures> memory,
      List<Reason> reasons) {}

  /** Advice on every container of a workload. */
  public WorkloadAdvice advise(WorkloadHistory workload) {
    List<Sized> sized = workload.containers().stream().map(c -> size(workload, c)).toList();
    QosClass qos =
        QosClass.of(sized.stream().map(s -> s.history().now()).flatMap(Optional::stream).toList());
    List<PodFit.Slot> slots = new ArrayList<>();
    for (Sized s : sized) {
      if (s.history().role() != Role.INIT) {
        slots.add(slot(qos, s));
      }
    }
    Optional<HpaTarget> hpa = Optional.empty();
    if (!slots.isEmpty()) {
      int surge =
          workload.name().kind().equals("Deployment") ? Math.ceilDiv(workload.pods(), 4) : 0;
      workload.hpa().ifPresent(target -> holdForHpa(slots, target));
      fit.fit(slots, workload.pods(), surge);
      if (qos == QosClass.BURSTABLE) {
        stayBurstable(slots);
      }
      hpa = workload.hpa().flatMap(target -> target(slots, target));
    }
    List<ContainerAdvice> advice = new ArrayList<>();
    int at = 0;
    for (Sized s : sized) {
      if (s.history().role() == Role.INIT) {
        advice.add(s.refused().orElseThrow());
        continue;
      }
      PodFit.Slot slot = slots.get(at++);
      advice.add(s.refused().isPresent() ? s.refused().get() : recommended(workload, s, slot));
    }
    return new WorkloadAdvice(workload, advice, hpa);
  }

  // ------------------------------------------------------------------ what usage asks for

  private Sized size(WorkloadHistory workload, ContainerHistory c) {
    Optional<Refused> refused = refusal(workload, c);
    if (refused.isPresent()) {
      return new Sized(
          c,
          refused,
          ResourceList.NONE,
          ResourceList.NONE,
          Optional.empty(),
          Optional.empty(),
          List.of());
    }
    Sized sized =
        new Sized(
            c,
            refused,
            ResourceList.NONE,
            ResourceList.NONE,
            Optional.empty(),
            Optional.empty(),
            new ArrayList<>());
    boolean runs = workload.name().runs();
    if (runs) {
      int n = Samples.runs(c.memory().length > 0 ? c.memory() : c.cpu()).size();
      sized.reasons().add(new Reason(Code.RUNS, "%d runs; each counts as a day".formatted(n)));
    }
    sized = sizeCpu(sized, workload, runs);
    return sizeMemory(sized, runs);
  }

  private static Optional<Refused> refusal(WorkloadHistory workload, ContainerHistory c) {
    if (c.role() == Role.INIT) {
      return Optional.of(
          new Refused(
              c.name(),
              c.now(),
              Refused.Why.INIT_CONTAINER,
              "ends before the others start: what it requests counts only where it is more than"
                  + " they request together"));
    }
    int present = Math.max(Samples.present(c.cpu()), Samples.present(c.memory()));
    if (workload.name().runs()) {
      int runs = Math.max(Samples.runs(c.cpu()).size(), Samples.runs(c.memory()).size());
      return runs >= LEAST_RUNS
          ? Optional.empty()
          : Optional.of(notEnough(c, "%d of %d runs needed".formatted(runs, LEAST_RUNS)));
    }
    if (present < LEAST_DAYS * PER_DAY) {
      return Optional.of(
          notEnough(
              c, "%s of %d d needed".formatted(time(STEP.multipliedBy(present)), LEAST_DAYS)));
    }
    int silent = Math.min(absentAtEnd(c.cpu()), absentAtEnd(c.memory()));
    return workload.pods() == 0 && silent >= PER_DAY
        ? Optional.of(
            new Refused(
                c.name(),
                c.now(),
                Refused.Why.NOT_RUNNING,
                "not running: last seen %s ago".formatted(time(STEP.multipliedBy(silent)))))
        : Optional.empty();
  }

  private static Refused notEnough(ContainerHistory c, String text) {
    return new Refused(
        c.name(), c.now(), Refused.Why.NOT_ENOUGH_HISTORY, "not enough history: " + text);
  }

  private static int absentAtEnd(double[] samples) {
    int n = 0;
    while (n < samples.length && Double.isNaN(samples[samples.length - 1 - n])) {
      n++;
    }
    return samples.length == 0 ? Integer.MAX_VALUE : n;
  }

  private static String time(Duration time) {
    return time.toDays() > 1
        ? time.toDays() + " d"
        : time.toHours() > 1 ? time.toHours() + " h" : time.toMinutes() + " min";
  }

  private Sized sizeCpu(Sized sized, WorkloadHistory workload, boolean runs) {
    ContainerHistory c = sized.history();
    List<Reason> reasons = sized.reasons();
    if (Samples.present(c.cpu()) == 0) {
      reasons.add(new Reason(Code.NO_USAGE, "no CPU usage was found; its request stays"));
      return sized;
    }
    double[] demand =
        c.throttled().length == 0 ? c.cpu() : Throttling.demand(c.cpu(), c.throttled());
    double[] days = runs ? Samples.runsAsDays(demand) : Samples.withoutEmptyDays(demand);
    OptionalLong now =
        c.now().map(n -> n.requests().get(Resource.CPU)).orElse(OptionalLong.empty());
    double[] sorted = Samples.sorted(demand);
    CpuSizing.Sized size =
        CpuSizing.size(days, runs ? new double[0] : demand, now.orElse(0) / 1000.0, cpuPrice);
    double cores = size.cores();
    Figures figures =
        new Figures(
            Samples.quantile(sorted, 0.5),
            Samples.quantile(sorted, 0.95),
            Samples.quantile(sorted, 1),
            sorted.length,
            now.isPresent() ? above(sorted, now.getAsLong() / 1000.0) : Double.NaN,
            CpuSizing.replay(days, cpuPrice));
    reasons.add(
        new Reason(
            Code.BY_PRICE,
            "CPU: 95 %% of the time below %s, highest %s; %s would be short %.1f %% of it"
                .formatted(
                    cores(figures.p95()),
                    cores(figures.peak()),
                    cores(cores),
                    100 * above(sorted, cores))));
    size.peak()
        .ifPresent(peak ->
            reasons.add(
                new Reason(
                    Code.WEEKLY_PEAK,
                    "CPU: needs %s every %s UTC, in each of %d weeks"
                        .formatted(
                            cores(peak.level()),
                            HOUR.format(workload.start().plus(STEP.multipliedBy(peak.sample()))),
                            peak.weeks()))));
    ResourceList leastLimits = sized.leastLimits();
    double held =
        c.throttled().length == 0
            ? 0
            : Throttling.share(c.cpu(), c.throttled(), THROTTLED_TOLERANCE);
    if (held > THROTTLED_SHARE) {
      double limit = Samples.quantile(sorted, LIMIT_QUANTILE);
      leastLimits = leastLimits.with(Resource.CPU, Amounts.millicores(limit));
      reasons.add(
          new Reason(
              Code.THROTTLED,
              "CPU: held back by its limit%s for %.0f %% of the time; with what it was denied, 99 %%"
                      .formatted(
                          c.now()
                              .map(n -> n.limits().get(Resource.CPU))
                              .filter(OptionalLong::isPresent)
                              .map(l -> " of " + Amounts.shown(Resource.CPU, l.getAsLong()))
                              .orElse(""),
                          100 * held)
                  + " of the time needs up to %s".formatted(cores(limit))));
    }
    if (c.startUpCores().orElse(0) > START_UP_FACTOR * cores) {
      reasons.add(
          new Reason(
              Code.START_UP,
              "CPU: %s in the first minutes of a pod; the request is for the time after, leave the"
                      .formatted(cores(c.startUpCores().getAsDouble()))
                  + " limit above or off"));
    }
    return new Sized(
        c,
        sized.refused(),
        sized.wanted().with(Resource.CPU, keepExact(now, cores, Amounts.millicores(cores), 1000)),
        leastLimits,
        Optional.of(figures),
        sized.memory(),
        reasons);
  }

  private Sized sizeMemory(Sized sized, boolean runs) {
    ContainerHistory c = sized.history();
    List<Reason> reasons = sized.reasons();
    if (Samples.present(c.memory()) == 0) {
      reasons.add(new Reason(Code.NO_USAGE, "no memory usage was found; its request stays"));
      return sized;
    }
    double[] days = runs ? Samples.runsAsDays(c.memory()) : Samples.withoutEmptyDays(c.memory());
    OptionalLong now =
        c.now().map(n -> n.requests().get(Resource.MEMORY)).orElse(OptionalLong.empty());
    ContainerHistory.OomKills kills = c.oomKills();
    boolean moved = days.length != c.memory().length; // Then the sample of the kill is not there.
    double bytes =
        MemorySizing.size(
            days,
            moved
                ? new ContainerHistory.OomKills(kills.count(), kills.limitBytes(), days.length - 1)
                : kills,
            now.orElse(0),
            memoryPrice);
    double[] sorted = Samples.sorted(c.memory());
    Figures figures =
        new Figures(
            Samples.quantile(sorted, 0.5),
            Samples.quantile(sorted, 0.95),
            Samples.quantile(sorted, 1),
            sorted.length,
            kills.count(),
            MemorySizing.replay(days, memoryPrice));
    reasons.add(
        new Reason(
            Code.BY_PRICE,
            "memory: highest %s, half of the time below %s"
                .formatted(bytes(figures.peak()), bytes(figures.median()))));
    if (kills.count() > 0) {
      reasons.add(
          new Reason(
              Code.OOM_KILLED,
              "memory: killed %d times%s; usage does not show what it would have needed"
                  .formatted(
                      kills.count(),
                      kills.limitBytes() == 0
                          ? ""
                          : " at a limit of up to " + bytes(kills.limitBytes()))));
    }
    if (c.jvm().isPresent()) {
      ContainerHistory.JvmMemory jvm = c.jvm().get();
      JvmHeap.Need need =
          new JvmHeap(jvm.heapMaxBytes(), JvmHeap.Source.ABSOLUTE)
              .need(jvm.nonHeapPeakBytes(), (long) bytes);
      if (need.reason() == JvmHeap.Reason.HEAP_MAY_GROW) {
        bytes = need.bytes();
        reasons.add(
            new Reason(
                Code.JVM_HEAP,
                jvm.nonHeapPeakBytes() == 0
                    ? "memory: by its arguments the JVM's heap may grow to %s; what is not heap is"
                            .formatted(bytes(jvm.heapMaxBytes()))
                        + " not known and comes on top"
                    : "memory: the JVM's heap may grow to %s, and %s are not heap; a lower -Xmx would"
                            .formatted(bytes(jvm.heapMaxBytes()), bytes(jvm.nonHeapPeakBytes()))
                        + " save more than a lower request"));
      }
    }
    return new Sized(
        c,
        sized.refused(),
        sized.wanted().with(Resource.MEMORY, keepExact(now, bytes, Amounts.bytes(bytes), 1)),
        kills.count() > 0
            ? sized.leastLimits().with(Resource.MEMORY, Amounts.bytes(bytes))
            : sized.leastLimits(),
        sized.cpu(),
        Optional.of(figures),
        reasons);
  }

  /** Rounding must not turn "stays as it is" into a change. */
  private static long keepExact(OptionalLong now, double advised, long rounded, double scale) {
    return now.isPresent() && Math.abs(advised * scale - now.getAsLong()) < 0.5
        ? now.getAsLong()
        : rounded;
  }

  private static double above(double[] sorted, double request) {
    int n = 0;
    for (double sample : sorted) {
      n += sample > request ? 1 : 0;
    }
    return (double) n / sorted.length;
  }

  // ------------------------------------------------------------------ what the pod allows

  private static PodFit.Slot slot(QosClass qos, Sized s) {
    ContainerResources now =
        s.history().now().orElse(new ContainerResources(ResourceList.NONE, ResourceList.NONE));
    if (s.history().now().isEmpty()) {
      return new PodFit.Slot(now, new ContainerResources(s.wanted(), ResourceList.NONE));
    }
    ResourceList wanted = s.wanted();
    if (qos == QosClass.GUARANTEED) {
      // The limit follows, and a limit holds back: it has to cover more than a request.
      OptionalLong request = wanted.get(Resource.CPU);
      if (request.isPresent()) {
        double p99 = limitFor(s);
        wanted = wanted.with(Resource.CPU, Math.max(request.getAsLong(), Amounts.millicores(p99)));
      }
    }
    PodFit.Slot slot = new PodFit.Slot(now, qos.with(wanted, now));
    if (qos == QosClass.GUARANTEED) {
      slot.reasons.add(
          new Reason(
              Code.GUARANTEED,
              "the pod is Guaranteed and stays it: limits equal requests, and CPU covers 99 % of"
                  + " the time"));
    } else if (qos == QosClass.BEST_EFFORT) {
      slot.advised = new ContainerResources(s.wanted(), ResourceList.NONE);
      slot.reasons.add(
          new Reason(
              Code.BEST_EFFORT,
              "nothing is requested: the pod is the first to be evicted; requests make it"
                  + " Burstable, which takes new pods"));
    }
    ResourceList limits = slot.advised.limits();
    for (Resource resource : Resource.values()) {
      long least = s.leastLimits().orZero(resource);
      limits = limits.map(resource, limit -> Math.max(limit, least));
    }
    slot.advised =
        qos == QosClass.GUARANTEED
            ? new ContainerResources(limits, limits)
            : new ContainerResources(slot.advised.requests(), limits);
    return slot;
  }

  /** Limits that were raised to requests everywhere would make a pod Guaranteed. */
  private static void stayBurstable(List<PodFit.Slot> slots) {
    if (QosClass.of(slots.stream().map(s -> s.advised).toList()) != QosClass.GUARANTEED) {
      return;
    }
    PodFit.Slot largest = PodFit.largest(slots, Resource.CPU);
    long limit = largest.advised.limits().orZero(Resource.CPU);
    largest.advised =
        new ContainerResources(
            largest.advised.requests().with(Resource.CPU, Math.max(0, limit - 1)),
            largest.advised.limits());
    largest.reasons.add(
        new Reason(
            Code.BURSTABLE,
            "CPU: 1m below its limit, as the pod is Burstable and a running pod has to stay it"));
  }

  private static double limitFor(Sized s) {
    ContainerHistory c = s.history();
    double[] demand =
        c.throttled().length == 0 ? c.cpu() : Throttling.demand(c.cpu(), c.throttled());
    return Samples.quantile(Samples.sorted(demand), LIMIT_QUANTILE);
  }

  /**
   * Requests below which an HPA could not keep its scale point: memory is not lowered where it goes
   * by memory; CPU of the largest container is raised where no target of CPU would do.
   */
  private static void holdForHpa(List<PodFit.Slot> slots, UtilizationTarget target) {
    if (target.resource() == Resource.MEMORY) {
      for (PodFit.Slot slot : slots) {
        long today = slot.now.requests().orZero(Resource.MEMORY);
        if (slot.advised.requests().orZero(Resource.MEMORY) < today) {
          raise(slot, Resource.MEMORY, today);
          slot.reasons.add(
              new Reason(
                  Code.HPA,
                  "memory: HPA %s goes by its utilization, so the request is not lowered"
                      .formatted(target.name())));
        }
      }
      return;
    }
    long now = sum(slots, false);
    long advised = sum(slots, true);
    if (now == 0 || advised == 0) {
      return;
    }
    long least = ScalePoint.keep(now, target.percent(), advised).requestMillicores();
    if (least > advised) {
      PodFit.Slot largest = PodFit.largest(slots, Resource.CPU);
      raise(
          largest, Resource.CPU, largest.advised.requests().orZero(Resource.CPU) + least - advised);
      largest.reasons.add(
          new Reason(
              Code.HPA,
              "CPU: below %s in all, HPA %s would need a target above %d %% to scale when it does now"
                  .formatted(
                      Amounts.shown(Resource.CPU, least),
                      target.name(),
                      Math.max(ScalePoint.MOST_PERCENT, target.percent()))));
    }
  }

  private static void raise(PodFit.Slot slot, Resource resource, long request) {
    slot.advised =
        new ContainerResources(
            slot.advised.requests().with(resource, request),
            slot.advised.limits().map(resource, x -> Math.max(x, request)));
  }

  private static long sum(List<PodFit.Slot> slots, boolean advised) {
    return slots.stream()
        .mapToLong(s -> (advised ? s.advised : s.now).requests().orZero(Resource.CPU))
        .sum();
  }

  private static Optional<HpaTarget> target(List<PodFit.Slot> slots, UtilizationTarget target) {
    long now = sum(slots, false);
    long advised = sum(slots, true);
    if (target.resource() != Resource.CPU || now == 0 || advised == 0 || now == advised) {
      return Optional.empty();
    }
    ScalePoint point = ScalePoint.keep(now, target.percent(), advised);
    boolean kept = point.kept() && point.requestMillicores() <= advised;
    PodFit.largest(slots, Resource.CPU)
        .reasons
        .add(
            new Reason(
                Code.HPA,
                "CPU: set the target of HPA %s from %d to %d %%; then it scales %s"
                    .formatted(
                        target.name(),
                        target.percent(),
                        point.targetPercent(),
                        kept ? "at the load at which it did" : "somewhat earlier than it did")));
    return Optional.of(new HpaTarget(target.name(), target.percent(), point.targetPercent(), kept));
  }

  private static Recommended recommended(WorkloadHistory workload, Sized s, PodFit.Slot slot) {
    List<Reason> reasons = new ArrayList<>(s.reasons());
    reasons.addAll(slot.reasons);
    boolean bounded =
        slot.reasons.stream().anyMatch(r -> r.code() == Code.QUOTA || r.code() == Code.LIMIT_RANGE);
    for (Resource resource : Resource.values()) {
      OptionalLong now = slot.now.requests().get(resource);
      boolean sized = (resource == Resource.CPU ? s.cpu() : s.memory()).isPresent();
      if (sized
          && !bounded
          && now.isPresent()
          && slot.advised.requests().get(resource).equals(now)) {
        reasons.add(
            new Reason(
                Code.KEPT,
                "%s: %s stays, a change would gain too little"
                    .formatted(
                        resource == Resource.CPU ? "CPU" : "memory",
                        Amounts.shown(resource, now.getAsLong()))));
      }
    }
    odd(slot.now.requests()).ifPresent(reasons::add);
    workload.notes().forEach(note -> reasons.add(new Reason(Code.NOTE, note)));
    return new Recommended(
        s.history().name(),
        s.history().now(),
        slot.advised,
        severity(s, slot, reasons),
        s.cpu().map(f -> bounded ? f.withoutPromise() : f),
        s.memory().map(f -> bounded ? f.withoutPromise() : f),
        reasons);
  }

  private static Optional<Reason> odd(ResourceList requests) {
    long memory = requests.get(Resource.MEMORY).orElse(ODD_MEMORY);
    if (memory < ODD_MEMORY) {
      return Optional.of(
          new Reason(
              Code.ODD_REQUEST,
              "memory: %d bytes are requested; \"512m\" is half a byte, \"512Mi\" is meant"
                  .formatted(memory)));
    }
    long cpu = requests.orZero(Resource.CPU);
    return cpu > ODD_MILLICORES
        ? Optional.of(
            new Reason(
                Code.ODD_REQUEST,
                "CPU: %s cores are requested; is %1$sm meant?"
                    .formatted(Amounts.shown(Resource.CPU, cpu))))
        : Optional.empty();
  }

  private static Severity severity(Sized s, PodFit.Slot slot, List<Reason> reasons) {
    if (s.history().oomKills().count() > 0
        || reasons.stream().anyMatch(r -> r.code() == Code.THROTTLED)) {
      return Severity.CRITICAL;
    }
    boolean saves = false;
    for (Resource resource : Resource.values()) {
      OptionalLong now = slot.now.requests().get(resource);
      OptionalLong advised = slot.advised.requests().get(resource);
      if (advised.isEmpty()) {
        continue;
      }
      if (now.isEmpty() || advised.getAsLong() > now.getAsLong() * (1 + CHANGE)) {
        return Severity.WARNING;
      }
      saves |= advised.getAsLong() < now.getAsLong() * (1 - CHANGE);
    }
    return saves ? Severity.SAVING : Severity.GOOD;
  }

  private static String cores(double cores) {
    return Amounts.shown(Resource.CPU, cores * 1000);
  }

  private static String bytes(double bytes) {
    return Amounts.shown(Resource.MEMORY, bytes);
  }
}
