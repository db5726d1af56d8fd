package dev.almanac.service.config;

import dev.almanac.collector.prometheus.Authentication;
import dev.almanac.collector.prometheus.PrometheusOptions;
import dev.almanac.collector.prometheus.TlsFiles;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.scaling.ReactiveRule;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.StepCaps;
import dev.almanac.predictor.scaling.hpa.Behavior;
import dev.almanac.predictor.scaling.hpa.MetricSpec;
import dev.almanac.predictor.scaling.hpa.ScalingRules;
import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.Right;
import dev.almanac.service.config.FieldType.Wrong;
import dev.almanac.service.config.Schema.Autoscaler;
import dev.almanac.service.config.Schema.Calendar;
import dev.almanac.service.config.Schema.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Turns documents into a {@link Configuration}: the rules that a single field cannot know, between
 * the fields of a document first and between documents last.
 */
final class ConfigurationReader {
  /** Documents in all files. */
  static final int MAX_DOCUMENTS = 10_000;

  /** Used until times to Ready have been measured. */
  private static final ScalingPolicy.LeadTime LEARNED_LEAD_TIME =
      new ScalingPolicy.LeadTime(Duration.ofSeconds(60), false);

  private static final Choice<Schema> KINDS = new Choice<>(kinds(), List.of());

  /** The kinds of apps/v1 that have a scale subresource. */
  private static final List<String> SCALABLE_APPS =
      List.of("Deployment", "StatefulSet", "ReplicaSet");

  private final Problems problems = new Problems();
  private final List<Document> autoscalers = new ArrayList<>();
  private final List<Document> metricSources = new ArrayList<>();
  private final List<Document> calendars = new ArrayList<>();
  private final List<Document> policies = new ArrayList<>();

  /** By namespace and name. */
  private final Map<String, DemandCalendar> readCalendars = new HashMap<>();

  private final ConfigurationFiles files;
  private int documents;

  /**
   * Whether all files were read to their end; else a name that is unknown may stand in the rest.
   */
  private boolean complete;

  private ConfigurationReader(ConfigurationFiles files) {
    this.files = files;
  }

  static Configuration.Result read(ConfigurationFiles files) {
    ConfigurationReader reader = new ConfigurationReader(files);
    files.problems().forEach(p -> reader.problems.add(p.file(), p.line(), p.path(), p.message()));
    reader.complete = files.problems().isEmpty();
    for (ConfigurationFiles.File file : files.files()) {
      if (!reader.problems.full() && !file.isCalendar()) {
        reader.complete &=
            YamlFile.read(
                file.name(), file.content(), reader.problems, root -> reader.document(file, root));
      }
    }
    if (reader.documents == 0 && reader.problems.size() == 0) {
      reader.problems.add(
          files.files().getFirst().name(), 0, "", "holds no document; add a PredictiveAutoscaler");
    }
    reader.compareDocuments();
    return reader.problems.size() == 0
        ? new Configuration.Loaded(reader.configuration())
        : new Configuration.Rejected(reader.problems.sorted());
  }

  private void document(ConfigurationFiles.File file, Node root) {
    documents++;
    if (documents > MAX_DOCUMENTS) {
      if (documents == MAX_DOCUMENTS + 1) {
        problems.add(
            file.name(),
            YamlFile.line(root),
            "",
            "brings the configuration above %,d documents; split it".formatted(MAX_DOCUMENTS));
      }
      return;
    }
    if (!(root instanceof MappingNode fields)) {
      problems.add(
          file.name(),
          YamlFile.line(root),
          "",
          "a document must be a block of fields (apiVersion, kind, metadata, spec), not a "
              + FieldType.kind(root));
      return;
    }
    Optional<Node> kind = find(fields, "kind");
    switch (kind.map(KINDS::parse).orElseGet(() -> new Wrong<>(missingKind()))) {
      case Right<Schema>(Schema schema) -> {
        Document document = Document.of(file.name(), fields, schema, problems);
        if (schema == Source.ALL) {
          checkSource(document);
          metricSources.add(document);
        } else if (schema == Calendar.ALL) {
          CalendarReader.read(document, files, problems)
              .ifPresent(calendar -> readCalendars.put(calendarName(document), calendar));
          calendars.add(document);
        } else if (schema == PolicyFields.ALL) {
          PolicyFields.check(document);
          policies.add(document);
        } else {
          checkAutoscaler(document);
          autoscalers.add(document);
        }
      }
      case Wrong<Schema>(String message) ->
          problems.add(file.name(), YamlFile.line(kind.orElse(root)), "kind", message);
    }
  }

  private static String missingKind() {
    List<String> kinds = List.copyOf(KINDS.words().keySet());
    return "is missing; write %s or %s"
        .formatted(String.join(", ", kinds.subList(0, kinds.size() - 1)), kinds.getLast());
  }

  private static Optional<Node> find(MappingNode fields, String key) {
    for (NodeTuple entry : fields.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        return Optional.of(entry.getValueNode());
      }
    }
    return Optional.empty();
  }

  private static void checkAutoscaler(Document doc) {
    Optional<Integer> min = doc.value(Autoscaler.MIN_REPLICAS);
    Optional<Integer> max = doc.value(Autoscaler.MAX_REPLICAS);
    if (min.isPresent() && max.isPresent() && min.get() > max.get()) {
      doc.problem(
          Autoscaler.MIN_REPLICAS.path(),
          "%d is above spec.maxReplicas, which is %d; lower one or raise the other"
              .formatted(min.get(), max.get()));
    }
    max.ifPresent(most -> GuardFields.check(doc, most));
    checkTarget(doc);
    checkRisk(doc);
    checkCapacity(doc);
    doc.given(Autoscaler.METRICS).ifPresent(metrics -> metrics.forEach(HpaFields::check));
  }

  private static void checkTarget(Document doc) {
    Optional<String> api = doc.given(Autoscaler.TARGET_API);
    Optional<String> kind = doc.given(Autoscaler.TARGET_KIND);
    if (api.isEmpty() || kind.isEmpty()) {
      return;
    }
    boolean apps = api.get().equals("apps/v1");
    if (apps && !SCALABLE_APPS.contains(kind.get())) {
      String fix = Suggestion.text(kind.get(), SCALABLE_APPS);
      doc.problem(
          Autoscaler.TARGET_KIND.path(),
          "apps/v1 has no %s that can be scaled%s"
              .formatted(
                  kind.get(),
                  fix.isEmpty() ? "; allowed: " + String.join(", ", SCALABLE_APPS) : fix));
    } else if (!apps && SCALABLE_APPS.contains(kind.get())) {
      doc.problem(
          Autoscaler.TARGET_API.path(),
          "%s has no %s; did you mean \"apps/v1\"?".formatted(api.get(), kind.get()));
    }
  }

  /** What a replica serves is given, or there is something to learn it from. */
  private static void checkCapacity(Document doc) {
    boolean usage = doc.has("spec.demand.usage");
    if (doc.has("spec.demand") && doc.isMissing(Autoscaler.PER_REPLICA) && !usage) {
      doc.problem(
          Autoscaler.PER_REPLICA.path(),
          "is missing; write the demand that one replica serves, or usage to learn it from");
    }
    Optional<Double> most = doc.given(Autoscaler.USAGE_MOST);
    Optional<Double> ceiling = doc.given(Autoscaler.USAGE_CEILING);
    if (most.isPresent() && ceiling.isPresent() && ceiling.get() < most.get()) {
      doc.problem(
          Autoscaler.USAGE_CEILING.path(),
          "%s is below usage.most, which no pod could reach then"
              .formatted(NumberText.show(ceiling.get())));
    }
  }

  private static void checkRisk(Document doc) {
    boolean budget = doc.has(Autoscaler.SHORT_MINUTES.path());
    boolean idle = doc.has(Autoscaler.IDLE_PRICE.path());
    boolean shortage = doc.has(Autoscaler.SHORT_PRICE.path());
    if (budget && (idle || shortage)) {
      doc.problem(
          "spec.risk",
          "gives a promise and prices; keep shortMinutesPerMonth, or idlePrice and shortPrice");
    } else if (idle != shortage) {
      doc.problem("spec.risk", "needs both idlePrice and shortPrice; add the other");
    }
    Optional<Double> idlePrice = doc.given(Autoscaler.IDLE_PRICE);
    Optional<Double> shortPrice = doc.given(Autoscaler.SHORT_PRICE);
    if (idlePrice.isPresent() && shortPrice.isPresent() && shortPrice.get() < idlePrice.get()) {
      doc.problem(
          Autoscaler.SHORT_PRICE.path(),
          "%s is below idlePrice, so that nothing would be held ready; are they swapped?"
              .formatted(NumberText.show(shortPrice.get())));
    }
  }

  private static void checkSource(Document doc) {
    boolean bearer = doc.has(Source.BEARER_TOKEN_FILE.path());
    boolean basic = doc.has("spec.auth.basic");
    if (bearer && basic) {
      doc.problem("spec.auth", "gives bearerTokenFile and basic; keep one");
    } else if (doc.has("spec.auth") && !bearer && !basic && doc.isSound()) {
      doc.problem("spec.auth", "is empty; give bearerTokenFile or basic, or remove it");
    }
    if (doc.given(Source.USERNAME).filter(name -> name.contains(":")).isPresent()) {
      doc.problem(Source.USERNAME.path(), "must not hold a colon (RFC 7617)");
    }
    if (doc.has(Source.CERT_FILE.path()) != doc.has(Source.KEY_FILE.path())) {
      doc.problem("spec.tls", "needs both certFile and keyFile; add the other");
    }
    boolean plain = doc.given(Source.URL).filter(url -> "http".equals(url.getScheme())).isPresent();
    if (plain && doc.has("spec.tls")) {
      doc.problem("spec.tls", "has no effect on an http URL; write https or remove it");
    }
  }

  private void compareDocuments() {
    Map<String, Document> byName = new HashMap<>();
    metricSources.forEach(doc -> requireUnique(doc, "MetricSource", "", byName));
    Map<String, Document> byTarget = new HashMap<>();
    Set<String> known = new LinkedHashSet<>();
    metricSources.forEach(doc -> doc.given(Schema.NAME).ifPresent(known::add));
    for (Document doc : calendars) {
      String namespace = doc.value(Calendar.NAMESPACE).map(ns -> ns + "/").orElse("?/");
      requireUnique(doc, "DemandCalendar", namespace, byName);
    }
    Map<String, Document> byPolicy = new HashMap<>();
    for (Document doc : policies) {
      String namespace = doc.value(PolicyFields.NAMESPACE).map(ns -> ns + "/").orElse("?/");
      requireUnique(doc, "ResourcePolicy", namespace, byName);
      requireOnePolicy(doc, namespace, byPolicy);
    }
    for (Document doc : autoscalers) {
      String namespace = doc.value(Autoscaler.NAMESPACE).map(ns -> ns + "/").orElse("?/");
      requireUnique(doc, "PredictiveAutoscaler", namespace, byName);
      requireOwnTarget(doc, namespace, byTarget);
      doc.given(Autoscaler.SOURCE)
          .filter(source -> complete && !known.contains(source))
          .ifPresent(source -> doc.problem(Autoscaler.SOURCE.path(), unknownSource(source, known)));
      requireCalendar(doc);
    }
  }

  private void requireCalendar(Document doc) {
    Optional<String> name = doc.given(Autoscaler.CALENDAR);
    Optional<String> namespace = doc.value(Autoscaler.NAMESPACE);
    if (name.isEmpty() || namespace.isEmpty() || !complete) {
      return;
    }
    Set<String> known = new LinkedHashSet<>();
    for (Document calendar : calendars) {
      if (calendar.value(Calendar.NAMESPACE).equals(namespace)) {
        calendar.given(Schema.NAME).ifPresent(known::add);
      }
    }
    if (!known.contains(name.get())) {
      String fix = Suggestion.text(name.get(), known);
      doc.problem(
          Autoscaler.CALENDAR.path(),
          "no DemandCalendar in namespace %s is named %s%s"
              .formatted(
                  namespace.get(),
                  Shown.quoted(name.get()),
                  fix.isEmpty() ? "; add one, or remove the field" : fix));
    }
  }

  private static String calendarName(Document doc) {
    return doc.get(Calendar.NAMESPACE) + "/" + doc.get(Schema.NAME);
  }

  private static void requireUnique(
      Document doc, String kind, String namespace, Map<String, Document> byName) {
    Optional<String> name = doc.given(Schema.NAME);
    if (name.isEmpty()) {
      return;
    }
    String full = kind + " " + namespace + name.get();
    Document first = byName.putIfAbsent(full, doc);
    if (first != null) {
      doc.problem(
          Schema.NAME.path(),
          "%s is already defined in %s:%d; rename or remove one"
              .formatted(full, first.file(), first.line()));
    }
  }

  private static void requireOnePolicy(
      Document doc, String namespace, Map<String, Document> byTarget) {
    Optional<String> kind = doc.given(PolicyFields.TARGET_KIND);
    Optional<String> name = doc.given(PolicyFields.TARGET_NAME);
    boolean one = kind.isPresent() && name.isPresent();
    if (!one && doc.has("spec.targetRef")) {
      return; // Said already.
    }
    String shown =
        one
            ? kind.get() + " " + namespace + name.get()
            : "what else is in " + namespace.substring(0, namespace.length() - 1);
    Document first = byTarget.putIfAbsent(shown, doc);
    if (first != null) {
      doc.problem(
          one ? "spec.targetRef" : "spec",
          "%s already has the policy in %s:%d; remove one"
              .formatted(shown, first.file(), first.line()));
    }
  }

  private static void requireOwnTarget(
      Document doc, String namespace, Map<String, Document> byTarget) {
    Optional<String> api = doc.given(Autoscaler.TARGET_API);
    Optional<String> kind = doc.given(Autoscaler.TARGET_KIND);
    Optional<String> name = doc.given(Autoscaler.TARGET_NAME);
    if (api.isEmpty() || kind.isEmpty() || name.isEmpty()) {
      return;
    }
    // Two versions of a group name the same object.
    String group = api.get().contains("/") ? api.get().substring(0, api.get().indexOf('/')) : "";
    String shown = kind.get() + " " + namespace + name.get();
    Document first = byTarget.putIfAbsent(group + " " + shown, doc);
    if (first != null) {
      doc.problem(
          "spec.scaleTargetRef",
          "%s is already scaled by the document in %s:%d; two would fight, remove one"
              .formatted(shown, first.file(), first.line()));
    }
  }

  private static String unknownSource(String source, Set<String> known) {
    String fix = Suggestion.text(source, known);
    String all =
        known.isEmpty()
            ? "; add one"
            : "; known: " + known.stream().limit(5).collect(Collectors.joining(", "));
    return "no MetricSource is named %s%s"
        .formatted(Shown.quoted(source), fix.isEmpty() ? all : fix);
  }

  private Configuration configuration() {
    Map<String, PrometheusOptions> sources = new HashMap<>();
    metricSources.forEach(doc -> sources.put(doc.get(Schema.NAME), source(doc)));
    return new Configuration(
        autoscalers.stream().map(this::workload).toList(),
        sources,
        readCalendars,
        policies.stream().map(PolicyFields::policy).toList());
  }

  private Workload workload(Document doc) {
    String namespace = doc.get(Autoscaler.NAMESPACE);
    return new Workload(
        namespace,
        doc.get(Schema.NAME),
        new TargetRef(
            doc.get(Autoscaler.TARGET_API),
            doc.get(Autoscaler.TARGET_KIND),
            namespace,
            doc.get(Autoscaler.TARGET_NAME)),
        doc.get(Autoscaler.SOURCE),
        doc.get(Autoscaler.QUERY),
        doc.get(Autoscaler.UNIT),
        doc.given(Autoscaler.CALENDAR)
            .map(name -> Objects.requireNonNull(readCalendars.get(namespace + "/" + name)))
            .orElse(DemandCalendar.empty()),
        policy(doc),
        doc.get(Autoscaler.PAUSED),
        GuardFields.queries(doc),
        usage(doc),
        doc.given(Autoscaler.REPLICA_HOUR_PRICE)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty()));
  }

  private static Optional<Workload.Usage> usage(Document doc) {
    return doc.given(Autoscaler.USAGE_QUERY)
        .map(query ->
            new Workload.Usage(
                query,
                doc.get(Autoscaler.USAGE_PODS),
                doc.get(Autoscaler.USAGE_MOST),
                doc.given(Autoscaler.USAGE_CEILING).orElse(Double.POSITIVE_INFINITY)));
  }

  private static ScalingPolicy policy(Document doc) {
    return new ScalingPolicy(
        doc.get(Autoscaler.MIN_REPLICAS),
        doc.get(Autoscaler.MAX_REPLICAS),
        doc.get(Autoscaler.STAGE),
        doc.given(Autoscaler.PER_REPLICA).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        reactive(doc),
        doc.get(Autoscaler.INTERVAL),
        doc.get(Autoscaler.MAX_AGE),
        doc.given(Autoscaler.LEAD_TIME)
            .map(time -> new ScalingPolicy.LeadTime(time, true))
            .orElse(LEARNED_LEAD_TIME),
        risk(doc),
        new StepCaps(
            doc.get(Autoscaler.CAP_WINDOW),
            doc.get(Autoscaler.UP_REPLICAS),
            doc.get(Autoscaler.UP_PERCENT) / 100,
            doc.get(Autoscaler.DOWN_PERCENT) / 100),
        GuardFields.guards(doc),
        GuardFields.floors(doc),
        doc.get(Autoscaler.ACTUATION));
  }

  private static ReactiveRule reactive(Document doc) {
    List<MetricSpec> metrics =
        doc.given(Autoscaler.METRICS).orElse(List.of()).stream().map(HpaFields::metric).toList();
    boolean byUsage = metrics.isEmpty() && !doc.has(Autoscaler.PER_REPLICA.path());
    double share = doc.get(Autoscaler.TARGET_UTILIZATION);
    ReactiveRule rule =
        new ReactiveRule(
            byUsage ? List.of(usage(doc).orElseThrow().metric(share)) : metrics,
            share,
            doc.get(Autoscaler.TOLERANCE),
            ReactiveRule.DEFAULT.downscaleStabilization(),
            Optional.empty());
    return doc.has("spec.behavior") ? rule.withBehavior(behavior(doc)) : rule;
  }

  /** What the block leaves out takes the defaults of the API, as in HPA. */
  private static Behavior behavior(Document doc) {
    return new Behavior(
        Autoscaler.UP.rules(doc, ScalingRules.scaleUpDefault()),
        Autoscaler.DOWN.rules(
            doc, ScalingRules.scaleDownDefault(ReactiveRule.DEFAULT.downscaleStabilization())));
  }

  private static Risk risk(Document doc) {
    Optional<Duration> budget = doc.given(Autoscaler.SHORT_MINUTES);
    if (budget.isPresent()) {
      return new Risk.ShortTimePerMonth(budget.get());
    }
    return doc.has("spec.risk.idlePrice")
        ? new Risk.Prices(doc.get(Autoscaler.IDLE_PRICE), doc.get(Autoscaler.SHORT_PRICE))
        : Risk.DEFAULT;
  }

  private static PrometheusOptions source(Document doc) {
    PrometheusOptions options =
        PrometheusOptions.of(doc.get(Source.URL)).withTimeout(doc.get(Source.TIMEOUT));
    Optional<Path> token = doc.given(Source.BEARER_TOKEN_FILE);
    Optional<String> user = doc.given(Source.USERNAME);
    if (token.isPresent()) {
      options = options.withAuthentication(new Authentication.Bearer(token.get()));
    } else if (user.isPresent()) {
      Path password = doc.get(Source.PASSWORD_FILE);
      options = options.withAuthentication(new Authentication.Basic(user.get(), password));
    }
    return doc.has("spec.tls")
        ? options.withTls(
            new TlsFiles(
                doc.given(Source.CA_FILE), doc.given(Source.CERT_FILE), doc.given(Source.KEY_FILE)))
        : options;
  }

  private static Map<String, Schema> kinds() {
    Map<String, Schema> kinds = new LinkedHashMap<>();
    kinds.put("PredictiveAutoscaler", Autoscaler.ALL);
    kinds.put("MetricSource", Source.ALL);
    kinds.put("DemandCalendar", Calendar.ALL);
    kinds.put("ResourcePolicy", PolicyFields.ALL);
    return kinds;
  }
}
