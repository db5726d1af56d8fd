package dev.almanac.benchmarks.rightsizing;

import dev.almanac.predictor.rightsizing.RequestAdvisor;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.replay.CpuReplay;
import dev.almanac.predictor.rightsizing.replay.MemoryReplay;
import dev.almanac.predictor.rightsizing.replay.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All strategies over all series of a folder, from the past alone, day by day. */
public final class SizingStudy {
  /** Memory days begin at each of these hours, as its series are few. */
  private static final int[] MEMORY_DAY_STARTS = {0, 6, 12, 18};

  /** Hindsight is compared at these levels of slack. */
  private static final double[] SLACKS = {
    0.20, 0.22, 0.24, 0.26, 0.28, 0.30, 0.32, 0.34, 0.36, 0.38, 0.40
  };

  private static final double DAYS_A_MONTH = 30;

  /** Enough for the share of samples under a bar to be right to one or two hundredths. */
  private static final int RESAMPLES = 1_000;

  /** What is asked of {@link Contender#PRICE}: its short share over VPA's, at VPA's slack. */
  private static final double CPU_BAR = 0.60;

  private static final double MEMORY_BAR = 0.25;

  private final Map<Contender, List<Score>> scores = new LinkedHashMap<>();
  private final List<SizingSeries> series;
  private final Resource resource;

  private SizingStudy(Resource resource, List<SizingSeries> series) {
    this.resource = resource;
    this.series = series;
    for (Contender contender : Contender.all(resource)) {
      List<Score> list = new ArrayList<>();
      for (SizingSeries one : series) {
        RequestAdvisor advisor = contender.advisor().get();
        list.add(
            resource == Resource.CPU
                ? CpuReplay.score(advisor, one.usage())
                : MemoryReplay.score(advisor, one.usage(), Contender.LEAST_BYTES));
      }
      scores.put(contender, list);
    }
  }

  /** Replays everything that the folder has for a resource; no rows when it has nothing. */
  public static SizingStudy run(Path folder, Resource resource) throws IOException {
    List<SizingSeries> series = new ArrayList<>();
    if (resource == Resource.CPU) {
      series.addAll(SizingSeries.read(folder, resource, 0));
    } else {
      for (int start : MEMORY_DAY_STARTS) {
        series.addAll(SizingSeries.read(folder, resource, start));
      }
    }
    return new SizingStudy(resource, series);
  }

  /**
   * Every strategy at every knob, then what each family reaches against VPA, then the promises; for
   * all series, both halves, and every group.
   */
  public List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    sets()
        .forEach((set, members) -> {
          Map<String, List<Pooled>> families = new LinkedHashMap<>();
          scores.forEach((contender, list) -> {
            Pooled pooled = pooled(list, members);
            rows.add(point(set, contender, pooled));
            families.computeIfAbsent(contender.family(), f -> new ArrayList<>()).add(pooled);
          });
          rows.addAll(against(set, families));
          rows.addAll(promises(set, members));
        });
    if (!series.isEmpty()) {
      rows.add(resampled("resampled", 1, true));
      rows.add(resampled("random halves", 0.5, false));
    }
    return rows;
  }

  /**
   * How sure the ratio to VPA's short share at its slack is, over whole machines drawn at random,
   * all day starts of one together. With replacement it is what as many other machines may show;
   * without, what a half of these does.
   */
  private Map<String, Object> resampled(String kind, double part, boolean replaced) {
    Map<String, List<Integer>> machines = new TreeMap<>();
    for (int i = 0; i < series.size(); i++) {
      machines.computeIfAbsent(series.get(i).machine(), _ -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> all = new ArrayList<>(machines.values());
    SplittableRandom random = new SplittableRandom(7);
    double[] ratios = new double[RESAMPLES];
    int known = 0;
    for (int sample = 0; sample < RESAMPLES; sample++) {
      List<List<Integer>> left = new ArrayList<>(all);
      List<Integer> drawn = new ArrayList<>();
      for (int i = 0; i < Math.round(part * all.size()); i++) {
        int at = random.nextInt(left.size());
        drawn.addAll(replaced ? left.get(at) : left.remove(at));
      }
      OptionalDouble ratio = ratioByPrice(drawn);
      if (ratio.isPresent()) {
        ratios[known++] = ratio.getAsDouble();
      }
    }
    double[] sorted = Arrays.copyOf(ratios, known);
    Arrays.sort(sorted);
    double bar = resource == Resource.CPU ? CPU_BAR : MEMORY_BAR;
    Map<String, Object> row = row(kind, "all", Contender.PRICE);
    row.put("machines", all.size());
    row.put("samples", RESAMPLES);
    row.put("samples_with_a_ratio", known);
    row.put("low", quantile(sorted, 0.05));
    row.put("median", quantile(sorted, 0.5));
    row.put("mean", Arrays.stream(sorted).average().orElse(Double.NaN));
    row.put("high", quantile(sorted, 0.95));
    row.put("bar", bar);
    row.put(
        "share_over_the_bar", Arrays.stream(sorted).filter(r -> r > bar).count() / (double) known);
    return row;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
  }

  private OptionalDouble ratioByPrice(List<Integer> drawn) {
    List<Pooled> points = new ArrayList<>();
    Pooled vpa = null;
    for (var entry : scores.entrySet()) {
      String family = entry.getKey().family();
      if (family.equals(Contender.PRICE) || family.equals(Contender.VPA)) {
        Pooled pooled = Pooled.of(resource, drawn.stream().map(entry.getValue()::get).toList());
        if (family.equals(Contender.VPA)) {
          vpa = pooled;
        } else {
          points.add(pooled);
        }
      }
    }
    Pooled base = Objects.requireNonNull(vpa);
    return ratio(
        new Front(points, resource == Resource.CPU).shortAt(base.slack()), base.shortShare());
  }

  private Map<String, Predicate<SizingSeries>> sets() {
    Map<String, Predicate<SizingSeries>> sets = new LinkedHashMap<>();
    if (series.isEmpty()) {
      return sets;
    }
    sets.put("all", one -> true);
    Map<String, Predicate<SizingSeries>> parts = new TreeMap<>();
    for (SizingSeries one : series) {
      parts.put("group " + one.group(), other -> other.group().equals(one.group()));
      parts.put(one.check() ? "check half" : "tuning half", other -> other.check() == one.check());
    }
    sets.putAll(parts);
    return sets;
  }

  private Pooled pooled(List<Score> list, Predicate<SizingSeries> members) {
    return Pooled.of(resource, chosen(list, members));
  }

  private List<Score> chosen(List<Score> list, Predicate<SizingSeries> members) {
    List<Score> chosen = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      if (members.test(series.get(i))) {
        chosen.add(list.get(i));
      }
    }
    return chosen;
  }

  private Map<String, Object> row(String kind, String set, String strategy) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("kind", kind);
    row.put("resource", resource.name().toLowerCase(Locale.ROOT));
    row.put("set", set);
    row.put("strategy", strategy);
    return row;
  }

  private Map<String, Object> point(String set, Contender contender, Pooled pooled) {
    Map<String, Object> row = row("point", set, contender.label());
    row.put("family", contender.family());
    row.put("knob", contender.knob());
    row.put("default", contender.standard());
    row.put("series", pooled.series());
    row.put("slack", pooled.slack());
    boolean cpu = resource == Resource.CPU;
    row.put(cpu ? "short_share" : "oom_day_share", pooled.shortShare());
    row.put(cpu ? "far_short_share" : "ooms_a_day", pooled.farShort());
    row.put("changes_a_month", pooled.changesAMonth());
    row.put("cost", pooled.cost());
    return row;
  }

  /** Ratios to VPA's defaults: short share at its slack, slack at its short share, changes. */
  private List<Map<String, Object>> against(String set, Map<String, List<Pooled>> families) {
    Pooled vpa = Objects.requireNonNull(families.get(Contender.VPA)).getFirst();
    List<Map<String, Object>> rows = new ArrayList<>();
    Map<String, Front> fronts = new LinkedHashMap<>();
    families.forEach((family, points) -> {
      if (points.size() > 1 && !family.equals(Contender.PROMISE)) {
        fronts.put(family, new Front(points, resource == Resource.CPU));
      }
    });
    fronts.forEach((family, front) -> {
      Map<String, Object> row = row("against VPA", set, family);
      put(row, "short_at_its_slack", ratio(front.shortAt(vpa.slack()), vpa.shortShare()));
      put(row, "slack_at_its_short", ratio(front.slackAt(vpa.shortShare()), vpa.slack()));
      put(row, "changes_at_its_slack", ratio(front.changesAt(vpa.slack()), vpa.changesAMonth()));
      rows.add(row);
    });
    Front price = Objects.requireNonNull(fronts.get(Contender.PRICE));
    fronts.forEach((family, front) -> {
      if (!family.equals(Contender.PRICE)) {
        rows.addAll(hindsight(set, family, price, front));
      }
    });
    return rows;
  }

  /** Short share at equal slack, over that of a family whose knob was set by hindsight. */
  private List<Map<String, Object>> hindsight(String set, String family, Front price, Front other) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double slack : SLACKS) {
      OptionalDouble mine = price.shortAt(slack);
      OptionalDouble theirs = other.shortAt(slack);
      if (mine.isPresent() && theirs.isPresent()) {
        Map<String, Object> row = row("against hindsight", set, family);
        row.put("slack", slack);
        row.put("short_by_price", mine.getAsDouble());
        row.put("short_by_hindsight", theirs.getAsDouble());
        rows.add(row);
      }
    }
    return rows;
  }

  /** What was asked and what was delivered, with the share of series that got less. */
  private List<Map<String, Object>> promises(String set, Predicate<SizingSeries> members) {
    List<Map<String, Object>> rows = new ArrayList<>();
    scores.forEach((contender, list) -> {
      if (contender.family().equals(Contender.PROMISE)) {
        double asked =
            resource == Resource.CPU ? contender.knob() : contender.knob() / DAYS_A_MONTH;
        double delivered = pooled(list, members).shortShare();
        List<Score> chosen = chosen(list, members);
        long over = chosen.stream().filter(score -> score.shortShare() > asked).count();
        Map<String, Object> row = row("promise", set, contender.label());
        row.put("asked", asked);
        row.put("delivered", delivered);
        row.put("kept", delivered <= asked);
        row.put("series_over", (double) over / chosen.size());
        rows.add(row);
      }
    });
    return rows;
  }

  private static OptionalDouble ratio(OptionalDouble value, double base) {
    return value.isPresent() && base > 0
        ? OptionalDouble.of(value.getAsDouble() / base)
        : OptionalDouble.empty();
  }

  /** A value that cannot be given is left out. */
  private static void put(Map<String, Object> row, String name, OptionalDouble value) {
    if (value.isPresent()) {
      row.put(name, value.getAsDouble());
    }
  }
}
