package dev.almanac.predictor.rightsizing.vpa;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.predictor.conformance.CaseFields;
import dev.almanac.predictor.conformance.Differences;
import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.vpa.Capping.LimitRange;
import dev.almanac.predictor.rightsizing.vpa.EvictionRequirement.Direction;
import dev.almanac.predictor.rightsizing.vpa.InPlaceResize.Condition;
import dev.almanac.predictor.rightsizing.vpa.InPlaceResize.ConditionType;
import dev.almanac.predictor.rightsizing.vpa.InPlaceResize.Mode;
import dev.almanac.predictor.rightsizing.vpa.StartupBoost.Boosted;
import dev.almanac.predictor.rightsizing.vpa.VpaSettings.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One conformance case: reads its input, runs the rule, and lists what differs from what is
 * expected.
 */
final class VpaCase {
  static final String[] SETTINGS = {
    "memory_interval_s",
    "memory_interval_count",
    "memory_half_life_s",
    "cpu_half_life_s",
    "oom_bump_ratio",
    "oom_min_bump_bytes",
    "margin",
    "pod_min_cpu_millicores",
    "pod_min_memory_mib",
    "target_cpu_percentile",
    "lower_cpu_percentile",
    "upper_cpu_percentile",
    "confidence_interval_cpu_s",
    "target_memory_percentile",
    "lower_memory_percentile",
    "upper_memory_percentile",
    "confidence_interval_memory_s"
  };

  private static final double RELATIVE = 1e-12;
  private static final double RESOURCE_DIFF = 0.0001;
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String[] LAYOUT = {
    "type", "max_value", "bucket_size", "first_bucket_size", "ratio", "epsilon"
  };
  private static final String[] NAMED = {"cpu", "memory"};
  private static final String[] HISTOGRAM = {"checkpoint", "empty", "percentiles"};
  private static final String[] AMOUNTS = {"cpu_millicores", "memory_bytes"};

  private final CaseFields fields;
  private final JsonNode defaults;
  private final Differences d = new Differences();

  VpaCase(JsonNode node, JsonNode defaults) {
    this.defaults = defaults;
    fields =
        new CaseFields(node, "case", "id", "group", "origin", "source", "input", "expect", "note");
    fields.text("id");
    fields.text("source");
    fields.optionalText("note");
    String origin = fields.text("origin");
    if (!Set.of("upstream-test", "reference-run", "derived").contains(origin)) {
      throw new IllegalArgumentException("case.origin: unexpected value " + origin);
    }
  }

  /** The differences, as {@code name expected X actual Y}; empty when the case conforms. */
  List<String> run() {
    switch (fields.text("group")) {
      case "bucket-layout" -> bucketLayout();
      case "histogram" -> histogram();
      case "histogram-emptiness" -> histogramEmptiness();
      case "histogram-merge" -> histogramMerge();
      case "checkpoint-save" -> checkpointSave();
      case "checkpoint-load" -> checkpointLoad();
      case "checkpoint-roundtrip" -> checkpointRoundtrip();
      case "percentile-estimator" -> percentileEstimator();
      case "confidence" -> confidence();
      case "safety-margin" -> safetyMargin();
      case "minimum" -> minimum();
      case "pod-minimum" -> podMinimum();
      case "controlled-resources" -> controlledResources();
      case "memory-window" -> memoryWindow();
      case "aggregate-expiry" -> aggregateExpiry();
      case "aggregate-by-container-name" -> aggregateByContainerName();
      case "format" -> format();
      case "humanize-memory" -> humanizeMemory();
      case "round-up" -> roundUp();
      case "cpu-from-cores" -> cpuFromCores();
      case "integer-cpu" -> integerCpu();
      case "policy-capping" -> policyCapping();
      case "limit-capping" -> limitCapping();
      case "container-limit-range" -> containerLimitRange();
      case "pod-limit-range" -> podLimitRange();
      case "proportional-limit" -> proportionalLimit();
      case "startup-boost" -> startupBoost();
      case "update-priority" -> updatePriority();
      case "update-gate" -> updateGate();
      case "eviction-direction" -> evictionDirection();
      case "disruption-budget" -> disruptionBudget();
      case "in-place-decision" -> inPlaceDecision();
      case "end-to-end" -> endToEnd();
      case String group ->
          throw new IllegalArgumentException("case.group: unexpected value " + group);
    }
    return d.list();
  }

  // Histograms.

  private void bucketLayout() {
    CaseFields in = input("layout", "find", "starts");
    CaseFields out = expect("num_buckets", "find", "starts", "starts_as_integer_amount");
    BucketLayout layout = layout(in);
    if (out.has("num_buckets")) {
      d.compare("num_buckets", out.int32("num_buckets"), layout.count());
    }
    if (out.has("find")) {
      List<Long> found = new ArrayList<>();
      in.numbers("find").forEach(value -> found.add((long) layout.find(value)));
      d.compare("find", out.integers("find"), found);
    }
    List<Double> starts = new ArrayList<>();
    List<Long> amounts = new ArrayList<>();
    for (long bucket : in.integers("starts")) {
      starts.add(layout.start((int) bucket));
      double start = layout.start((int) bucket);
      amounts.add(layout.equals(BucketLayout.CPU) ? Amount.ofCores(start) : Amount.of(start));
    }
    if (out.has("starts")) {
      compare("starts", out.numbers("starts"), starts);
    }
    if (out.has("starts_as_integer_amount")) {
      d.compare("starts_as_integer_amount", out.integers("starts_as_integer_amount"), amounts);
    }
  }

  private void histogram() {
    CaseFields in = input("layout", "half_life_s", "ops", "percentiles");
    CaseFields out = expect("percentiles", "empty");
    Histogram histogram = histogram(in);
    apply(in.rows("ops"), histogram);
    comparePercentiles(out, in.numbers("percentiles"), histogram);
  }

  private void comparePercentiles(CaseFields out, List<Double> shares, Histogram histogram) {
    if (out.has("empty")) {
      d.compare("empty", out.bool("empty"), histogram.isEmpty());
    }
    if (out.has("percentiles")) {
      List<Double> values = new ArrayList<>();
      shares.forEach(share -> values.add(histogram.percentile(share)));
      compare("percentiles", out.numbers("percentiles"), values);
    }
  }

  private void histogramEmptiness() {
    CaseFields in = input("layout", "half_life_s", "ops");
    CaseFields out = expect("empty_before", "empty_after_each");
    Histogram histogram = histogram(in);
    d.compare("empty_before", out.bool("empty_before"), histogram.isEmpty());
    List<Boolean> empty = new ArrayList<>();
    for (List<JsonNode> op : in.rows("ops")) {
      apply(List.of(op), histogram);
      empty.add(histogram.isEmpty());
    }
    d.compare("empty_after_each", out.bools("empty_after_each"), empty);
  }

  private void histogramMerge() {
    CaseFields in = input("layout", "half_life_s", "histograms");
    CaseFields out = expect("relative_weights");
    Histogram merged = histogram(in);
    boolean first = true;
    for (List<JsonNode> ops : in.rows("histograms")) {
      Histogram histogram = histogram(in);
      apply(rows(ops), histogram);
      if (first) {
        merged = histogram;
        first = false;
      } else {
        merged.merge(histogram);
      }
    }
    double factor = Double.NaN;
    int buckets = 0;
    for (List<JsonNode> pair : out.rows("relative_weights")) {
      double actual = merged.weight(pair.get(0).intValue());
      double expected = pair.get(1).doubleValue();
      factor = Double.isNaN(factor) ? actual / expected : factor;
      d.compare("weight of bucket " + pair.get(0), expected * factor, actual, RELATIVE);
      buckets++;
    }
    d.compare("number of buckets", buckets, merged.checkpoint().weights().size());
  }

  private void checkpointSave() {
    CaseFields in = input("layout", "half_life_s", "ops");
    CaseFields out =
        expect(
            "total_weight",
            "total_weight_positive",
            "bucket_weights",
            "bucket_count",
            "reference_timestamp_set",
            "reference_timestamp");
    Histogram histogram = histogram(in);
    apply(in.rows("ops"), histogram);
    HistogramCheckpoint saved = histogram.checkpoint();
    compareCheckpoint(out, saved);
    if (out.has("total_weight_positive")) {
      d.compare(
          "total_weight_positive", out.bool("total_weight_positive"), saved.totalWeight() > 0);
    }
    if (out.has("bucket_count")) {
      d.compare("bucket_count", out.int32("bucket_count"), saved.weights().size());
    }
    if (out.has("reference_timestamp_set")) {
      d.compare(
          "reference_timestamp_set",
          out.bool("reference_timestamp_set"),
          saved.referenceTime().isPresent());
    }
  }

  private void compareCheckpoint(CaseFields out, HistogramCheckpoint saved) {
    if (out.has("total_weight")) {
      d.compare("total_weight", out.number("total_weight"), saved.totalWeight(), RELATIVE);
    }
    if (out.has("bucket_weights")) {
      SortedMap<Integer, Long> expected = weights(out.rows("bucket_weights"));
      d.compare("buckets", expected.keySet(), saved.weights().keySet());
      for (var entry : expected.entrySet()) {
        long actual = saved.weights().getOrDefault(entry.getKey(), -1L);
        if (Math.abs(actual - entry.getValue()) > (atTie(saved, entry.getKey()) ? 1 : 0)) {
          d.compare("weight of bucket " + entry.getKey(), entry.getValue(), actual);
        }
      }
    }
    if (out.has("reference_timestamp")) {
      d.compare(
          "reference_timestamp",
          Optional.of(Instant.ofEpochSecond(out.integer("reference_timestamp"))),
          saved.referenceTime());
    }
  }

  /** Set by {@link #endToEnd}: the histogram that the checkpoint compared now was made of. */
  private Optional<Histogram> saved = Optional.empty();

  /** Whether the weight of a bucket lies between two integers, so that either is right. */
  private boolean atTie(HistogramCheckpoint checkpoint, int bucket) {
    if (saved.isEmpty()) {
      return false;
    }
    double largest = 0;
    for (int i : checkpoint.weights().keySet()) {
      largest = Math.max(largest, saved.get().weight(i));
    }
    double exact = saved.get().weight(bucket) * 10_000 / largest;
    return Math.abs(exact - Math.floor(exact) - 0.5) < 1e-8;
  }

  private void checkpointLoad() {
    CaseFields in = input("layout", "half_life_s", "checkpoint");
    CaseFields out = expect("error", "total_weight", "weights", "empty", "reference_timestamp");
    Histogram histogram = histogram(in);
    // Absent is an error as well, which our types do not let happen. What cannot be read is none.
    boolean error = !in.has("checkpoint");
    if (!error) {
      CaseFields stored =
          in.object("checkpoint", "total_weight", "bucket_weights", "reference_timestamp");
      Instant reference =
          stored.has("reference_timestamp")
              ? Instant.ofEpochSecond(stored.integer("reference_timestamp"))
              : Histogram.UNSET;
      double total = stored.number("total_weight");
      SortedMap<Integer, Long> weights = weights(stored.rows("bucket_weights"));
      try {
        histogram.load(new HistogramCheckpoint(reference, total, weights));
      } catch (IllegalArgumentException e) {
        error = true;
      }
    }
    d.compare("error", out.has("error") && out.bool("error"), error);
    if (out.has("total_weight")) {
      d.compare("total_weight", out.number("total_weight"), histogram.totalWeight(), RELATIVE);
    }
    for (List<JsonNode> pair : out.rows("weights")) {
      int bucket = pair.get(0).intValue();
      d.compare(
          "weight of bucket " + bucket,
          pair.get(1).doubleValue(),
          histogram.weight(bucket),
          RELATIVE);
    }
    if (out.has("empty")) {
      d.compare("empty", out.bool("empty"), histogram.isEmpty());
    }
    if (out.has("reference_timestamp")) {
      d.compare(
          "reference_timestamp",
          Optional.of(Instant.ofEpochSecond(out.integer("reference_timestamp"))),
          histogram.checkpoint().referenceTime());
    }
  }

  private void checkpointRoundtrip() {
    CaseFields in = input("layout", "half_life_s", "ops");
    CaseFields out = expect("empty_before", "empty_after_reload");
    Histogram histogram = histogram(in);
    apply(in.rows("ops"), histogram);
    Histogram reloaded = histogram(in);
    reloaded.load(histogram.checkpoint());
    d.compare("empty_before", out.bool("empty_before"), histogram.isEmpty());
    d.compare("empty_after_reload", out.bool("empty_after_reload"), reloaded.isEmpty());
  }

  // Estimates.

  private void percentileEstimator() {
    CaseFields in = input(NAMED);
    CaseFields out = expect("cpu_cores", "memory_bytes", "relative_tolerance");
    double relative = out.number("relative_tolerance");
    d.compare("cpu_cores", out.number("cpu_cores"), percentile(in, "cpu"), relative);
    d.compare("memory_bytes", out.number("memory_bytes"), percentile(in, "memory"), relative);
  }

  private static double percentile(CaseFields in, String name) {
    CaseFields one = in.object(name, "layout", "ops", "percentile");
    Histogram histogram = Histogram.plain(layout(one));
    apply(one.rows("ops"), histogram);
    return histogram.percentile(one.number("percentile"));
  }

  private void confidence() {
    CaseFields in =
        input(
            "base_cpu_millicores",
            "base_memory_bytes",
            "multiplier",
            "exponent",
            "interval_s",
            "cpu_sample_times");
    CaseFields out = expect("confidence", "cpu_millicores", "memory_bytes");
    Aggregate aggregate = new Aggregate(VpaSettings.DEFAULTS, NOW);
    in.integers("cpu_sample_times")
        .forEach(time -> aggregate.addCpu(1, Instant.ofEpochSecond(time)));
    double confidence = aggregate.confidence(seconds(in, "interval_s"));
    var widening = new Estimator.Widening(in.number("multiplier"), in.number("exponent"));
    if (out.has("confidence")) {
      d.compare("confidence", out.number("confidence"), confidence, RELATIVE);
    }
    compareAmounts(
        out,
        widening.apply(in.integer("base_cpu_millicores"), confidence),
        widening.apply(in.integer("base_memory_bytes"), confidence));
  }

  private void safetyMargin() {
    CaseFields in = input("base_cpu_millicores", "base_memory_bytes", "fraction");
    double fraction = in.number("fraction");
    compareAmounts(
        expect(AMOUNTS),
        Estimator.withMargin(in.integer("base_cpu_millicores"), fraction),
        Estimator.withMargin(in.integer("base_memory_bytes"), fraction));
  }

  private void minimum() {
    CaseFields in =
        input(
            "estimate_cpu_millicores",
            "estimate_memory_bytes",
            "min_cpu_millicores",
            "min_memory_bytes");
    ResourceList raised =
        Estimator.atLeast(
            ResourceList.of(
                in.integer("estimate_cpu_millicores"), in.integer("estimate_memory_bytes")),
            ResourceList.of(in.integer("min_cpu_millicores"), in.integer("min_memory_bytes")));
    compareAmounts(expect(AMOUNTS), raised.orZero(Resource.CPU), raised.orZero(Resource.MEMORY));
  }

  /** The estimates of the case are below any bucket, so that containers without usage do. */
  private void podMinimum() {
    CaseFields in =
        input(
            "containers",
            "estimate_cpu_millicores",
            "estimate_memory_bytes",
            "pod_min_cpu_millicores",
            "pod_min_memory_mib");
    CaseFields out = expect("each_cpu_millicores", "each_memory_bytes");
    VpaSettings base = VpaSettings.DEFAULTS;
    VpaSettings settings =
        new VpaSettings(
            base.cpu(),
            base.memory(),
            base.cpuHalfLife(),
            base.memoryHalfLife(),
            base.memoryInterval(),
            base.memoryIntervalCount(),
            base.oomBumpRatio(),
            base.oomMinBumpBytes(),
            base.marginFraction(),
            in.number("pod_min_cpu_millicores"),
            in.number("pod_min_memory_mib"));
    Map<String, Aggregate> containers = new LinkedHashMap<>();
    for (int i = 0; i < in.int32("containers"); i++) {
      containers.put("c" + i, new Aggregate(settings, NOW));
    }
    ResourceList estimate =
        ResourceList.of(in.integer("estimate_cpu_millicores"), in.integer("estimate_memory_bytes"));
    new Estimator(settings)
        .recommend(containers)
        .forEach((name, recommendation) -> {
          ResourceList each = Estimator.atLeast(estimate, recommendation.target());
          d.compare(name + " cpu", out.integer("each_cpu_millicores"), each.orZero(Resource.CPU));
          d.compare(
              name + " memory", out.integer("each_memory_bytes"), each.orZero(Resource.MEMORY));
        });
  }

  private void controlledResources() {
    Set<Resource> controlled = resources(input("controlled").texts("controlled"));
    CaseFields out = expect("present", "absent");
    Recommendation recommendation =
        new Estimator(VpaSettings.DEFAULTS)
            .recommend(Map.of("c", new Aggregate(VpaSettings.DEFAULTS, NOW)))
            .get("c")
            .only(controlled);
    for (ResourceList list :
        List.of(
            recommendation.target(), recommendation.lowerBound(), recommendation.upperBound())) {
      Set<Resource> present = list.amounts().keySet();
      d.compare("present", resources(out.texts("present")), present);
      Set<Resource> absent = EnumSet.allOf(Resource.class);
      absent.removeAll(present);
      d.compare("absent", resources(out.texts("absent")), absent);
    }
  }

  // Samples.

  /** Writes down the calls instead of keeping a histogram. */
  private static final class Calls implements UsageHistory {
    final List<List<Object>> cpu = new ArrayList<>();
    final List<List<Object>> memory = new ArrayList<>();

    @Override
    public void addCpu(double cores, Instant time) {
      cpu.add(List.of("add", cores, 0.1, time.getEpochSecond()));
    }

    @Override
    public void addMemoryPeak(double bytes, Instant time) {
      memory.add(List.of("add", bytes, 1.0, time.getEpochSecond()));
    }

    @Override
    public void subtractMemoryPeak(double bytes, Instant time) {
      memory.add(List.of("subtract", bytes, 1.0, time.getEpochSecond()));
    }
  }

  private void memoryWindow() {
    CaseFields in = input("memory_interval_s", "oom_bump_ratio", "oom_min_bump_bytes", "events");
    CaseFields out =
        expect("memory_histogram_calls", "cpu_histogram_calls", "rejected_event_indexes");
    VpaSettings base = VpaSettings.DEFAULTS;
    VpaSettings settings =
        new VpaSettings(
            base.cpu(),
            base.memory(),
            base.cpuHalfLife(),
            base.memoryHalfLife(),
            seconds(in, "memory_interval_s"),
            base.memoryIntervalCount(),
            in.number("oom_bump_ratio"),
            in.number("oom_min_bump_bytes"),
            base.marginFraction(),
            base.podMinCpuMillicores(),
            base.podMinMemoryMebibytes());
    Calls calls = new Calls();
    List<Long> rejected = feed(in.rows("events"), new ContainerUsage(settings, calls));
    compareCalls(out, "memory_histogram_calls", calls.memory);
    compareCalls(out, "cpu_histogram_calls", calls.cpu);
    if (out.has("rejected_event_indexes")) {
      d.compare("rejected", out.integers("rejected_event_indexes"), rejected);
    }
  }

  private void compareCalls(CaseFields out, String name, List<List<Object>> actual) {
    if (!out.has(name)) {
      return;
    }
    List<List<Object>> expected = new ArrayList<>();
    for (List<JsonNode> row : out.rows(name)) {
      expected.add(
          List.of(
              row.get(0).textValue(),
              row.get(1).doubleValue(),
              row.get(2).doubleValue(),
              row.get(3).longValue()));
    }
    d.compare(name, expected, actual);
  }

  private static List<Long> feed(List<List<JsonNode>> events, ContainerUsage container) {
    List<Long> rejected = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      List<JsonNode> event = events.get(i);
      Instant time = Instant.ofEpochSecond(event.get(0).longValue());
      long amount = event.get(2).longValue();
      boolean accepted =
          switch (event.get(1).textValue()) {
            case "c" -> container.addCpu(amount, time);
            case "m" -> container.addMemory(amount, time);
            case "o" -> container.recordOom(amount, time);
            case String kind ->
                throw new IllegalArgumentException("event %d: unexpected %s".formatted(i, kind));
          };
      if (!accepted) {
        rejected.add((long) i);
      }
    }
    return rejected;
  }

  private void aggregateExpiry() {
    CaseFields in = input("memory_interval_s", "checks");
    List<Boolean> expired = new ArrayList<>();
    VpaSettings base = VpaSettings.DEFAULTS;
    for (CaseFields check : in.objects("checks", "count", "empty", "age_s")) {
      VpaSettings settings =
          new VpaSettings(
              base.cpu(),
              base.memory(),
              base.cpuHalfLife(),
              base.memoryHalfLife(),
              seconds(in, "memory_interval_s"),
              check.int32("count"),
              base.oomBumpRatio(),
              base.oomMinBumpBytes(),
              base.marginFraction(),
              base.podMinCpuMillicores(),
              base.podMinMemoryMebibytes());
      Instant then = NOW.minus(seconds(check, "age_s"));
      boolean empty = check.bool("empty");
      // Created long before the sample, so that the two clocks cannot be mistaken for each other.
      Aggregate aggregate =
          new Aggregate(settings, empty ? then : then.minus(Duration.ofDays(100)));
      if (!empty) {
        aggregate.addCpu(1, then);
      }
      expired.add(aggregate.isExpired(NOW));
    }
    d.compare("expired", expect("expired").bools("expired"), expired);
  }

  private void aggregateByContainerName() {
    CaseFields in = input("time", "samples");
    Instant time = Instant.ofEpochSecond(in.integer("time"));
    Map<String, Map<String, Aggregate>> byName = new TreeMap<>();
    for (List<JsonNode> sample : in.rows("samples")) {
      Aggregate aggregate =
          byName
              .computeIfAbsent(sample.get(1).textValue(), name -> new LinkedHashMap<>())
              .computeIfAbsent(
                  sample.get(0).textValue(), pod -> new Aggregate(VpaSettings.DEFAULTS, time));
      ContainerUsage container = new ContainerUsage(VpaSettings.DEFAULTS, aggregate);
      container.addCpu(Amount.ofCores(sample.get(2).doubleValue()), time);
      container.addMemory(Amount.of(sample.get(3).doubleValue()), time);
    }
    CaseFields out = expect("total_samples");
    String[] names = byName.keySet().toArray(String[]::new);
    CaseFields expected = out.object("total_samples", names);
    byName.forEach((name, aggregates) -> {
      Aggregate merged = new Aggregate(VpaSettings.DEFAULTS, time);
      aggregates.values().forEach(merged::merge);
      d.compare(name, expected.integer(name), merged.samples());
    });
  }

  // Amounts.

  private void format() {
    CaseFields in =
        input(
            "cpu_millicores",
            "memory_bytes",
            "humanize_memory",
            "round_cpu_millicores",
            "round_memory_bytes");
    CaseFields out = expect("cpu_millicores", "memory");
    ResourceList amounts =
        ResourceList.of(in.integer("cpu_millicores"), in.integer("memory_bytes"));
    Recommendation rounded =
        new Recommendation(amounts, amounts, amounts, amounts)
            .roundUp(in.integer("round_cpu_millicores"), in.integer("round_memory_bytes"));
    d.compare(
        "cpu_millicores", out.integer("cpu_millicores"), rounded.target().orZero(Resource.CPU));
    long bytes = rounded.target().orZero(Resource.MEMORY);
    if (in.bool("humanize_memory") && bytes != 0) {
      d.compare("memory", out.text("memory"), Amount.humanize(bytes));
    } else {
      d.compare("memory", out.integer("memory"), bytes);
    }
  }

  private void humanizeMemory() {
    List<String> texts = new ArrayList<>();
    input("bytes").integers("bytes").forEach(bytes -> texts.add(Amount.humanize(bytes)));
    d.compare("text", expect("text").texts("text"), texts);
  }

  private void roundUp() {
    List<Long> results = new ArrayList<>();
    List<Boolean> errors = new ArrayList<>();
    for (List<JsonNode> pair : input("values").rows("values")) {
      long amount = pair.get(0).longValue();
      try {
        amount = Amount.roundUp(amount, pair.get(1).longValue());
        errors.add(false);
      } catch (IllegalArgumentException e) {
        errors.add(true);
      }
      results.add(amount);
    }
    CaseFields out = expect("result", "error");
    d.compare("result", out.integers("result"), results);
    d.compare("error", out.bools("error"), errors);
  }

  private void cpuFromCores() {
    List<Long> millicores = new ArrayList<>();
    input("cores").numbers("cores").forEach(cores -> millicores.add(Amount.ofCores(cores)));
    d.compare("millicores", expect("millicores").integers("millicores"), millicores);
  }

  private void integerCpu() {
    CaseFields out = expect("cpu_millicores_if_opted_in", "cpu_millicores_otherwise");
    List<Long> all = input("cpu_millicores").integers("cpu_millicores");
    List<Long> whole = new ArrayList<>();
    for (long millicores : all) {
      ResourceList list = ResourceList.of(millicores, 1);
      Recommendation rounded = new Recommendation(list, list, list, list).wholeCores();
      whole.add(rounded.target().orZero(Resource.CPU));
      d.compare("all four", rounded.target(), rounded.lowerBound());
      d.compare("all four", rounded.target(), rounded.upperBound());
      d.compare("all four", rounded.target(), rounded.uncappedTarget());
    }
    d.compare("if opted in", out.integers("cpu_millicores_if_opted_in"), whole);
    d.compare("otherwise", out.integers("cpu_millicores_otherwise"), all);
  }

  // Bounds that others set.

  private void policyCapping() {
    CaseFields in = input("recommendation", "min_allowed", "max_allowed", "global_max_allowed");
    CaseFields out = expect("target", "lower_bound", "upper_bound", "uncapped_target");
    CaseFields from =
        in.object("recommendation", "target", "lower_bound", "upper_bound", "uncapped_target");
    ResourceList target = pair(from, "target");
    Recommendation capped =
        Capping.toPolicy(
            new Recommendation(
                target,
                pair(from, "lower_bound"),
                pair(from, "upper_bound"),
                from.has("uncapped_target") ? pair(from, "uncapped_target") : target),
            pair(in, "min_allowed"),
            pair(in, "max_allowed"),
            pair(in, "global_max_allowed"));
    comparePair(out, "target", capped.target());
    comparePair(out, "lower_bound", capped.lowerBound());
    comparePair(out, "upper_bound", capped.upperBound());
    comparePair(out, "uncapped_target", capped.uncappedTarget());
  }

  private void limitCapping() {
    CaseFields in = input("recommendation", "container_limit", "controlled_values");
    CaseFields out = expect("target", "lower_bound", "upper_bound");
    CaseFields from = in.object("recommendation", "target", "lower_bound", "upper_bound");
    for (String name : List.of("target", "lower_bound", "upper_bound")) {
      comparePair(
          out,
          name,
          Capping.toLimits(pair(from, name), pair(in, "container_limit"), controlled(in)));
    }
  }

  private void containerLimitRange() {
    CaseFields in =
        input("target", "request", "limit", "range_min", "range_max", "controlled_values");
    var container = new Capping.Container(pair(in, "request"), pair(in, "limit"));
    var range = new LimitRange(pair(in, "range_min"), pair(in, "range_max"), ResourceList.NONE);
    ResourceList ranged = Capping.toContainerRange(pair(in, "target"), container, range);
    comparePair(
        expect("target"), "target", Capping.toLimits(ranged, container.limits(), controlled(in)));
  }

  private void podLimitRange() {
    CaseFields in =
        input("resource", "recommendations", "requests", "limits", "range_min", "range_max");
    Resource resource = resource(in.text("resource"));
    List<Optional<Long>> requests = in.optionalIntegers("requests");
    List<Optional<Long>> limits = in.optionalIntegers("limits");
    List<OptionalLong> recommended = optionals(in.optionalIntegers("recommendations"));
    List<Capping.Container> containers = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      containers.add(
          new Capping.Container(
              single(resource, requests.get(i)), single(resource, limits.get(i))));
    }
    var range =
        new LimitRange(
            single(resource, optional(in, "range_min")),
            single(resource, optional(in, "range_max")),
            ResourceList.NONE);
    d.compare(
        "recommendations",
        optionals(expect("recommendations").optionalIntegers("recommendations")),
        Capping.toPodRange(resource, recommended, containers, range));
  }

  private void proportionalLimit() {
    CaseFields in =
        input(
            "resource",
            "original_limit",
            "original_request",
            "recommended_request",
            "default_limit");
    CaseFields out = expect("limit", "annotated");
    resource(in.text("resource"));
    ProportionalLimit.Limit limit =
        ProportionalLimit.of(
            in.optionalInteger("original_limit"),
            in.optionalInteger("original_request"),
            in.integer("recommended_request"),
            in.optionalInteger("default_limit"));
    d.compare("limit", out.optionalInteger("limit"), limit.limit());
    d.compare("annotated", out.bool("annotated"), limit.explained());
  }

  private void startupBoost() {
    CaseFields in =
        input(
            "type",
            "value",
            "original_request",
            "original_limit",
            "recommended_request",
            "controlled_values",
            "max_allowed_boost");
    CaseFields out = expect("error", "request", "limit");
    boolean isFactor =
        switch (in.text("type")) {
          case "Factor" -> true;
          case "Quantity" -> false;
          case String type ->
              throw new IllegalArgumentException("input.type: unexpected value " + type);
        };
    long value = in.integer("value");
    ControlledValues controlled = controlled(in);
    OptionalLong request = in.optionalInteger("original_request");
    OptionalLong limit = in.optionalInteger("original_limit");
    OptionalLong recommended = in.optionalInteger("recommended_request");
    long most = in.optionalInteger("max_allowed_boost").orElse(0);
    boolean isError = out.has("error") && out.bool("error");
    Boosted boosted;
    try {
      StartupBoost boost =
          isFactor
              ? new StartupBoost.Factor(Math.toIntExact(value))
              : new StartupBoost.Quantity(value);
      boosted = boost.apply(request, limit, recommended, controlled, most);
    } catch (IllegalArgumentException e) {
      d.compare("error", isError, true);
      return;
    }
    d.compare("error", isError, false);
    if (out.has("request")) {
      d.compare("request", out.integer("request"), boosted.request());
    }
    if (out.isGiven("limit")) {
      d.compare("limit", out.optionalInteger("limit"), boosted.limit());
    }
  }

  // Updates.

  private void updatePriority() {
    List<UpdatePriority.Container> containers = new ArrayList<>();
    for (CaseFields c :
        input("containers")
            .objects("containers", "request", "target", "lower_bound", "upper_bound")) {
      containers.add(
          new UpdatePriority.Container(
              named(c, "request"),
              named(c, "target"),
              named(c, "lower_bound"),
              named(c, "upper_bound")));
    }
    CaseFields out = expect("outside_range", "resource_diff", "scale_up");
    UpdatePriority priority = UpdatePriority.of(containers);
    if (out.has("outside_range")) {
      d.compare("outside_range", out.bool("outside_range"), priority.outsideRange());
    }
    if (out.has("resource_diff")) {
      double expected = out.number("resource_diff");
      if (!(Math.abs(expected - priority.resourceDiff()) <= RESOURCE_DIFF)) {
        d.compare("resource_diff", expected, priority.resourceDiff());
      }
    }
    if (out.has("scale_up")) {
      d.compare("scale_up", out.bool("scale_up"), priority.scaleUp());
    }
  }

  private void updateGate() {
    CaseFields in = input("min_change", "lifetime_threshold_s", "oom_threshold_s", "pods");
    List<UpdateQueue.Pod> pods = new ArrayList<>();
    for (CaseFields p :
        in.objects(
            "pods",
            "name",
            "resource_diff",
            "outside_range",
            "scale_up",
            "age_s",
            "last_oom_run_s")) {
      pods.add(
          new UpdateQueue.Pod(
              p.text("name"),
              new UpdatePriority(
                  p.bool("outside_range"), p.bool("scale_up"), p.number("resource_diff")),
              optional(p, "age_s").map(Duration::ofSeconds),
              optional(p, "last_oom_run_s").map(Duration::ofSeconds)));
    }
    var queue =
        new UpdateQueue(
            in.number("min_change"),
            seconds(in, "lifetime_threshold_s"),
            seconds(in, "oom_threshold_s"));
    d.compare(
        "update_order",
        expect("update_order").texts("update_order"),
        queue.order(pods).stream().map(UpdateQueue.Pod::name).toList());
  }

  private void evictionDirection() {
    CaseFields in = input("containers", "requirements");
    List<EvictionRequirement.Container> containers = new ArrayList<>();
    for (CaseFields c : in.objects("containers", "request", "target")) {
      containers.add(
          new EvictionRequirement.Container(
              pair(c, "request"),
              c.has("target") ? Optional.of(pair(c, "target")) : Optional.empty()));
    }
    List<EvictionRequirement> requirements = new ArrayList<>();
    for (List<JsonNode> row : in.rows("requirements")) {
      List<String> names = new ArrayList<>();
      row.get(0).forEach(name -> names.add(name.textValue()));
      Direction direction =
          switch (row.get(1).textValue()) {
            case "TargetHigherThanRequests" -> Direction.HIGHER;
            case "TargetLowerThanRequests" -> Direction.LOWER;
            case String text ->
                throw new IllegalArgumentException("requirement: unexpected " + text);
          };
      requirements.add(new EvictionRequirement(resources(names), direction));
    }
    d.compare(
        "admit",
        expect("admit").bool("admit"),
        EvictionRequirement.admit(containers, requirements));
  }

  private void disruptionBudget() {
    CaseFields in = input("configured_replicas", "eviction_tolerance", "min_replicas", "pods");
    List<Boolean> pending = new ArrayList<>();
    for (String pod : in.texts("pods")) {
      pending.add(
          switch (pod) {
            case "pending" -> true;
            case "running" -> false;
            case String text -> throw new IllegalArgumentException("pod: unexpected " + text);
          });
    }
    int waiting = (int) pending.stream().filter(p -> p).count();
    var budget =
        new DisruptionBudget(
            in.int32("configured_replicas"),
            pending.size() - waiting,
            waiting,
            in.number("eviction_tolerance"),
            in.int32("min_replicas"));
    CaseFields out = expect("can_evict_before", "evicted_in_order");
    d.compare(
        "can_evict_before",
        out.bools("can_evict_before"),
        pending.stream().map(budget::allows).toList());
    d.compare(
        "evicted_in_order",
        out.bools("evicted_in_order"),
        pending.stream().map(budget::evict).toList());
  }

  private void inPlaceDecision() {
    CaseFields in =
        input(
            "update_mode",
            "pod_condition",
            "seconds_since_attempt",
            "configured_replicas",
            "running",
            "eviction_tolerance");
    Mode mode =
        switch (in.text("update_mode")) {
          case "InPlace" -> Mode.IN_PLACE;
          case "InPlaceOrRecreate" -> Mode.IN_PLACE_OR_RECREATE;
          case String text ->
              throw new IllegalArgumentException("input.update_mode: unexpected value " + text);
        };
    Optional<Condition> condition =
        in.optionalObject("pod_condition", "type", "reason", "message")
            .map(c ->
                new Condition(
                    switch (c.text("type")) {
                      case "PodResizePending" -> ConditionType.PENDING;
                      case "PodResizeInProgress" -> ConditionType.IN_PROGRESS;
                      case String text ->
                          throw new IllegalArgumentException("condition: unexpected " + text);
                    },
                    c.text("reason"),
                    c.text("message")));
    var budget =
        new DisruptionBudget(
            in.int32("configured_replicas"),
            in.int32("running"),
            0,
            in.number("eviction_tolerance"),
            DisruptionBudget.DEFAULT_MIN_REPLICAS);
    Duration since = Duration.ofNanos((long) (in.number("seconds_since_attempt") * 1e9));
    String decision = InPlaceResize.decide(mode, condition, since, budget).name();
    d.compare("decision", expect("decision").text("decision").toUpperCase(Locale.ROOT), decision);
  }

  // All together.

  private void endToEnd() {
    CaseFields in = input("config_overrides", "containers", "query_percentiles");
    VpaSettings settings =
        settings(
            new CaseFields(defaults, "defaults", SETTINGS),
            in.object("config_overrides", SETTINGS));
    Map<String, Aggregate> merged = new LinkedHashMap<>();
    Map<String, List<List<Long>>> rejected = new LinkedHashMap<>();
    for (CaseFields c : in.objects("containers", "name", "instances", "checkpoint_roundtrip")) {
      Map<String, Aggregate> aggregates = new LinkedHashMap<>();
      List<List<Long>> lists = new ArrayList<>();
      for (CaseFields instance : c.objects("instances", "aggregate", "events")) {
        Aggregate aggregate =
            aggregates.computeIfAbsent(
                instance.text("aggregate"), name -> new Aggregate(settings, NOW));
        lists.add(feed(instance.rows("events"), new ContainerUsage(settings, aggregate)));
      }
      Aggregate all = new Aggregate(settings, NOW);
      aggregates.values().forEach(all::merge);
      if (c.has("checkpoint_roundtrip") && c.bool("checkpoint_roundtrip")) {
        Aggregate loaded = new Aggregate(settings, NOW);
        loaded.load(all.checkpoint());
        all = new Aggregate(settings, NOW);
        all.merge(loaded);
      }
      merged.put(c.text("name"), all);
      rejected.put(c.text("name"), lists);
    }
    Map<String, Recommendation> recommendations = new Estimator(settings).recommend(merged);
    Map<String, CaseFields> expected =
        expect("containers")
            .objectsByName(
                "containers",
                "cpu",
                "memory",
                "first_sample",
                "last_sample",
                "total_samples",
                "rejected_event_indexes",
                "recommendation");
    d.compare("containers", expected.keySet(), merged.keySet());
    List<Double> shares = in.numbers("query_percentiles");
    expected.forEach((name, out) -> {
      Aggregate aggregate = merged.get(name);
      compareHistogram(out, "cpu", shares, aggregate.cpu());
      compareHistogram(out, "memory", shares, aggregate.memory());
      d.compare("first_sample", optional(out, "first_sample"), epoch(aggregate.firstSample()));
      d.compare("last_sample", optional(out, "last_sample"), epoch(aggregate.lastSample()));
      d.compare("total_samples", out.integer("total_samples"), aggregate.samples());
      if (out.has("rejected_event_indexes")) {
        List<List<Long>> lists = new ArrayList<>();
        for (List<JsonNode> row : out.rows("rejected_event_indexes")) {
          lists.add(row.stream().map(JsonNode::longValue).toList());
        }
        d.compare("rejected", lists, rejected.get(name));
      }
      compareRecommendation(out, recommendations.get(name));
    });
  }

  private void compareHistogram(
      CaseFields out, String name, List<Double> shares, Histogram histogram) {
    CaseFields one = out.object(name, HISTOGRAM);
    comparePercentiles(one, shares, histogram);
    CaseFields checkpoint =
        one.object("checkpoint", "bucket_weights", "reference_timestamp", "total_weight");
    saved = Optional.of(histogram);
    compareCheckpoint(checkpoint, histogram.checkpoint());
    saved = Optional.empty();
    if (!checkpoint.has("reference_timestamp")) {
      d.compare(
          name + " reference_timestamp", Optional.empty(), histogram.checkpoint().referenceTime());
    }
  }

  private void compareRecommendation(CaseFields out, Recommendation actual) {
    CaseFields expected = out.object("recommendation", "target", "lower_bound", "upper_bound");
    Map<String, ResourceList> values =
        Map.of(
            "target",
            actual.target(),
            "lower_bound",
            actual.lowerBound(),
            "upper_bound",
            actual.upperBound());
    values.forEach((name, list) -> {
      CaseFields amounts = expected.object(name, AMOUNTS);
      d.compare(
          name + " cpu_millicores", amounts.integer("cpu_millicores"), list.orZero(Resource.CPU));
      d.compare(
          name + " memory_bytes", amounts.integer("memory_bytes"), list.orZero(Resource.MEMORY));
    });
  }

  static VpaSettings settings(CaseFields base, CaseFields over) {
    return new VpaSettings(
        bounds(base, over, "cpu"),
        bounds(base, over, "memory"),
        duration(base, over, "cpu_half_life_s"),
        duration(base, over, "memory_half_life_s"),
        duration(base, over, "memory_interval_s"),
        (int) number(base, over, "memory_interval_count"),
        number(base, over, "oom_bump_ratio"),
        number(base, over, "oom_min_bump_bytes"),
        number(base, over, "margin"),
        number(base, over, "pod_min_cpu_millicores"),
        number(base, over, "pod_min_memory_mib"));
  }

  private static Bounds bounds(CaseFields base, CaseFields over, String resource) {
    return new Bounds(
        number(base, over, "target_" + resource + "_percentile"),
        number(base, over, "lower_" + resource + "_percentile"),
        number(base, over, "upper_" + resource + "_percentile"),
        duration(base, over, "confidence_interval_" + resource + "_s"));
  }

  private static Duration duration(CaseFields base, CaseFields over, String name) {
    return Duration.ofSeconds((over.has(name) ? over : base).integer(name));
  }

  private static double number(CaseFields base, CaseFields over, String name) {
    return (over.has(name) ? over : base).number(name);
  }

  // Pieces of input.

  private CaseFields input(String... allowed) {
    return fields.object("input", allowed);
  }

  private CaseFields expect(String... allowed) {
    return fields.object("expect", allowed);
  }

  private static BucketLayout layout(CaseFields in) {
    CaseFields l = in.object("layout", LAYOUT);
    double max = l.number("max_value");
    double epsilon = l.number("epsilon");
    return switch (l.text("type")) {
      case "linear" -> BucketLayout.linear(max, l.number("bucket_size"), epsilon);
      case "exponential" ->
          BucketLayout.exponential(max, l.number("first_bucket_size"), l.number("ratio"), epsilon);
      case String type ->
          throw new IllegalArgumentException("layout.type: unexpected value " + type);
    };
  }

  private static Histogram histogram(CaseFields in) {
    return in.has("half_life_s")
        ? Histogram.decaying(layout(in), seconds(in, "half_life_s"))
        : Histogram.plain(layout(in));
  }

  private static void apply(List<List<JsonNode>> ops, Histogram histogram) {
    for (List<JsonNode> op : ops) {
      double value = op.get(1).doubleValue();
      double weight = op.get(2).doubleValue();
      Instant time = Instant.ofEpochSecond(op.get(3).longValue());
      switch (op.get(0).textValue()) {
        case "add" -> histogram.add(value, weight, time);
        case "subtract" -> histogram.subtract(value, weight, time);
        case String name -> throw new IllegalArgumentException("op: unexpected " + name);
      }
    }
  }

  private static List<List<JsonNode>> rows(List<JsonNode> arrays) {
    List<List<JsonNode>> rows = new ArrayList<>();
    for (JsonNode array : arrays) {
      List<JsonNode> row = new ArrayList<>();
      array.forEach(row::add);
      rows.add(row);
    }
    return rows;
  }

  private static SortedMap<Integer, Long> weights(List<List<JsonNode>> pairs) {
    SortedMap<Integer, Long> weights = new TreeMap<>();
    pairs.forEach(pair -> weights.put(pair.get(0).intValue(), pair.get(1).longValue()));
    return weights;
  }

  /** A pair [cpu, memory], null for unset. */
  private static ResourceList pair(CaseFields in, String name) {
    if (!in.has(name)) {
      return ResourceList.NONE;
    }
    List<Optional<Long>> pair = in.optionalIntegers(name);
    if (pair.size() != 2) {
      throw new IllegalArgumentException(name + ": not a pair");
    }
    ResourceList list = ResourceList.NONE;
    for (Resource resource : Resource.values()) {
      Optional<Long> amount = pair.get(resource.ordinal());
      list = amount.isPresent() ? list.with(resource, amount.get()) : list;
    }
    return list;
  }

  /** An object of amounts by the name of the resource. */
  private static ResourceList named(CaseFields in, String name) {
    ResourceList list = ResourceList.NONE;
    if (in.has(name)) {
      CaseFields amounts = in.object(name, NAMED);
      for (String resource : NAMED) {
        if (amounts.has(resource)) {
          list = list.with(resource(resource), amounts.integer(resource));
        }
      }
    }
    return list;
  }

  private static ResourceList single(Resource resource, Optional<Long> amount) {
    return amount.map(a -> ResourceList.NONE.with(resource, a)).orElse(ResourceList.NONE);
  }

  private static Resource resource(String name) {
    return switch (name) {
      case "cpu" -> Resource.CPU;
      case "memory" -> Resource.MEMORY;
      default -> throw new IllegalArgumentException("unexpected resource " + name);
    };
  }

  private static Set<Resource> resources(List<String> names) {
    Set<Resource> set = EnumSet.noneOf(Resource.class);
    names.forEach(name -> set.add(resource(name)));
    return set;
  }

  private static ControlledValues controlled(CaseFields in) {
    return switch (in.text("controlled_values")) {
      case "RequestsOnly" -> ControlledValues.REQUESTS_ONLY;
      case "RequestsAndLimits" -> ControlledValues.REQUESTS_AND_LIMITS;
      case String text ->
          throw new IllegalArgumentException("controlled_values: unexpected value " + text);
    };
  }

  private static Duration seconds(CaseFields in, String name) {
    return Duration.ofSeconds(in.integer(name));
  }

  private static Optional<Long> optional(CaseFields in, String name) {
    return in.has(name) ? Optional.of(in.integer(name)) : Optional.empty();
  }

  private static List<OptionalLong> optionals(List<Optional<Long>> list) {
    return list.stream().map(o -> o.map(OptionalLong::of).orElse(OptionalLong.empty())).toList();
  }

  private static Optional<Long> epoch(Optional<Instant> time) {
    return time.map(Instant::getEpochSecond);
  }

  // Comparisons.

  private void compare(String name, List<Double> expected, List<Double> actual) {
    d.compare("number of " + name, expected.size(), actual.size());
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      d.compare("%s[%d]".formatted(name, i), expected.get(i), actual.get(i), RELATIVE);
    }
  }

  private void compareAmounts(CaseFields out, long cpu, long memory) {
    if (out.has("cpu_millicores")) {
      d.compare("cpu_millicores", out.integer("cpu_millicores"), cpu);
    }
    if (out.has("memory_bytes")) {
      d.compare("memory_bytes", out.integer("memory_bytes"), memory);
    }
  }

  private void comparePair(CaseFields out, String name, ResourceList actual) {
    if (out.has(name)) {
      d.compare(name, pair(out, name), actual);
    }
  }
}
