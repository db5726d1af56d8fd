package dev.almanac.service.config;

import dev.almanac.predictor.scaling.Actuation;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.service.config.CalendarTypes.Day;
import dev.almanac.service.config.CalendarTypes.Entries;
import dev.almanac.service.config.CalendarTypes.FileNames;
import dev.almanac.service.config.CalendarTypes.Moment;
import dev.almanac.service.config.CalendarTypes.Region;
import dev.almanac.service.config.CalendarTypes.Zone;
import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.FilePath;
import dev.almanac.service.config.FieldType.FiniteNumber;
import dev.almanac.service.config.FieldType.Flag;
import dev.almanac.service.config.FieldType.Line;
import dev.almanac.service.config.FieldType.Minutes;
import dev.almanac.service.config.FieldType.Name;
import dev.almanac.service.config.FieldType.Query;
import dev.almanac.service.config.FieldType.Refused;
import dev.almanac.service.config.FieldType.TextMap;
import dev.almanac.service.config.FieldType.TimeSpan;
import dev.almanac.service.config.FieldType.Url;
import dev.almanac.service.config.FieldType.WholeNumber;
import dev.almanac.service.config.HpaFields.Direction;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Stream;

/**
 * The fields of each kind of document: the one list that validation, suggestions and the reference
 * page come from. A field that is added here is checked and suggested at once, and a test asks for
 * its row in the page.
 */
final class Schema {
  static final String API_VERSION = "almanac.dev/v1alpha1";

  /** "No more than 150,000 total pods": Kubernetes, considerations for large clusters. */
  private static final int LARGEST = 150_000;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String NO_URL =
      "not allowed here; only a MetricSource has URLs: name it in spec.demand.source";
  private static final String BY_CLUSTER = "is set by the cluster; leave it out";

  static final Field<String> API =
      Field.of(
              "apiVersion",
              new Choice<>(Map.of(API_VERSION, API_VERSION), List.of()),
              API_VERSION,
              "Version of this format.")
          .required("write " + API_VERSION);

  static final Field<String> NAME =
      Field.of("metadata.name", Name.subdomain(), "web", "Unique among its kind in its namespace.")
          .required("");

  static final Field<Map<String, String>> LABELS =
      Field.of(
          "metadata.labels", new TextMap(), "{team: shop}", "Accepted for your own use; not read.");

  static final Field<Map<String, String>> ANNOTATIONS =
      Field.of(
          "metadata.annotations",
          new TextMap(),
          "{owner: web-team}",
          "Accepted for your own use; not read.");

  /** What {@code kubectl get -o yaml} adds to an object. */
  private static final List<Field<?>> FROM_THE_CLUSTER =
      List.of(
          refused("metadata.creationTimestamp", BY_CLUSTER),
          refused("metadata.generation", BY_CLUSTER),
          refused("metadata.managedFields", BY_CLUSTER),
          refused("metadata.resourceVersion", BY_CLUSTER),
          refused("metadata.uid", BY_CLUSTER),
          refused("status", BY_CLUSTER));

  /** Fields of a PredictiveAutoscaler. */
  static final class Autoscaler {
    static final Field<String> KIND = kind("PredictiveAutoscaler");

    static final Field<String> NAMESPACE =
        Field.of(
                "metadata.namespace",
                Name.label(),
                "shop",
                "Where the autoscaler and its target live.")
            .byDefault("default");

    static final Field<String> TARGET_API =
        Field.of(
                "spec.scaleTargetRef.apiVersion",
                Name.apiVersion(),
                "apps/v1",
                "Group and version of what is scaled.")
            .required("write apps/v1 for a Deployment");

    static final Field<String> TARGET_KIND =
        Field.of(
                "spec.scaleTargetRef.kind",
                Name.kind(),
                "Deployment",
                "Its kind: Deployment, StatefulSet, or any other with a scale subresource.")
            .required("write Deployment or StatefulSet");

    static final Field<String> TARGET_NAME =
        Field.of(
                "spec.scaleTargetRef.name",
                Name.subdomain(),
                "web",
                "Its name; two autoscalers may not share a target.")
            .required("");

    static final Field<Integer> MIN_REPLICAS =
        Field.of(
                "spec.minReplicas",
                new WholeNumber(1, LARGEST),
                "2",
                "Never fewer. 0 is not offered: a workload at 0 counts as switched off by hand.")
            .byDefault("1")
            .alsoCalled("minReplicaCount", "min", "minimum", "minScale", "floor");

    static final Field<Integer> MAX_REPLICAS =
        Field.of(
                "spec.maxReplicas",
                new WholeNumber(1, LARGEST),
                "40",
                "Never more; at least `spec.minReplicas`.")
            .required("")
            .alsoCalled("maxReplicaCount", "max", "maximum", "maxScale", "ceiling");

    static final Field<String> SOURCE =
        Field.of(
                "spec.demand.source",
                Name.subdomain(),
                "cluster-prometheus",
                "Name of the MetricSource that answers the query.")
            .required("write the name of a MetricSource")
            .alsoCalled("metricSource", "sourceRef", "prometheus");

    static final Field<String> QUERY =
        Field.of(
                "spec.demand.query",
                new Query(),
                "sum(rate(http_requests_total{namespace=\"$namespace\"}[1m]))",
                "Demand on the whole workload now: one series, never negative. `$namespace` and"
                    + " `$name` are the target's.")
            .required("write a PromQL expression for the demand on the whole workload")
            .alsoCalled("promql", "expr", "expression", "metric");

    static final Field<String> CALENDAR =
        Field.of(
                "spec.demand.calendar",
                Name.subdomain(),
                "shop-days",
                "Name of the DemandCalendar, in the same namespace, that the forecast goes by.")
            .alsoCalled("demandCalendar", "calendarRef", "holidays");

    static final Field<Double> PER_REPLICA =
        Field.of(
                "spec.demand.perReplica",
                new FiniteNumber(0.01, 1e12),
                "120",
                "Demand that one replica serves while its objective just holds, in the unit of the"
                    + " query. Scale the query when it is smaller than 0.01."
                    + " Absent: learned from `usage`.")
            .alsoCalled("threshold", "targetValue", "averageValue", "target", "capacity");

    static final Field<String> USAGE_QUERY =
        Field.of(
                "spec.demand.usage.query",
                new Query(),
                "avg(rate(container_cpu_usage_seconds_total{namespace=\"$namespace\",container=\"$name\"}[2m]))",
                "How busy an average pod is, in any unit that grows with load: what capacity is"
                    + " learned from, and what the reactive rule follows.")
            .requiredInBlock()
            .alsoCalled("cpuQuery");

    static final Field<Double> USAGE_MOST =
        Field.of(
                "spec.demand.usage.most",
                new FiniteNumber(1e-6, 1e12),
                "0.8",
                "Usage at which a pod just meets its objective, in the unit of `usage.query`.")
            .requiredInBlock()
            .alsoCalled("limit", "objective");

    static final Field<Double> USAGE_CEILING =
        Field.of(
            "spec.demand.usage.ceiling",
            new FiniteNumber(1e-6, 1e12),
            "1",
            "Usage that no pod can exceed, such as its CPU limit. Near it served demand is less than"
                + " what is asked, and nothing is learned.");

    static final Field<String> USAGE_PODS =
        Field.of(
                "spec.demand.usage.pods",
                new Query(),
                "count(up{namespace=\"$namespace\",job=\"$name\"} == 1)",
                "How many pods served the demand.")
            .byDefault(
                "sum(kube_deployment_status_replicas_ready{namespace=\"$namespace\",deployment=\"$name\"})");

    static final Field<String> UNIT =
        Field.of("spec.demand.unit", new Line(32), "jobs/s", "Unit of the query, for people.")
            .byDefault("req/s");

    static final Field<Double> TARGET_UTILIZATION =
        Field.of(
                "spec.demand.targetUtilization",
                new FiniteNumber(0.05, 1),
                "0.8",
                "Share of `perReplica` that the reactive rule aims at, as an HPA's target does.")
            .byDefault("0.7")
            .alsoCalled("utilization", "averageUtilization");

    static final Field<Stage> STAGE =
        Field.of(
                "spec.stage",
                new Choice<>(stages(), List.of()),
                "Floor",
                "How far the forecast is trusted: `Shadow` writes nothing, `Floor` may only raise"
                    + " the reactive answer, `Full` replaces it.")
            .byDefault("Shadow")
            .alsoCalled("mode");

    static final Field<Duration> SHORT_MINUTES =
        Field.of(
            "spec.risk.shortMinutesPerMonth",
            new Minutes(0.01, 43_199),
            "30",
            "A promise: short of capacity for at most so many minutes in 30 days. Excludes the"
                + " prices. Without `risk`: as few as there can be at the cost of plain HPA.");

    static final Field<Double> IDLE_PRICE =
        Field.of(
            "spec.risk.idlePrice",
            new FiniteNumber(1e-6, 1e9),
            "1",
            "Price of a spare replica-minute, in any currency.");

    static final Field<Double> SHORT_PRICE =
        Field.of(
            "spec.risk.shortPrice",
            new FiniteNumber(1e-6, 1e9),
            "19",
            "Price of a minute with too few replicas, at least `idlePrice`.");

    static final Field<Double> REPLICA_HOUR_PRICE =
        Field.of(
            "spec.replicaHourPrice",
            new FiniteNumber(1e-9, 1e9),
            "0.04",
            "Price of a replica for an hour, in any currency: the ledger shows money, too.");

    static final Field<List<Document>> METRICS =
        Field.of(
            "spec.metrics",
            HpaFields.METRICS,
            "[{type: External, external: {metric: {name: jobs_waiting}, target: {type:"
                + " AverageValue, averageValue: \"30\"}}}]",
            "What the reactive rule follows, as in HPA. Absent: the demand, at `targetUtilization`"
                + " of `perReplica`.");

    static final Direction UP =
        Direction.of("spec.behavior.scaleUp", "0", "4 pods and 100 % in 15 s");

    static final Direction DOWN = Direction.of("spec.behavior.scaleDown", "300", "100 % in 15 s");

    static final Field<Actuation> ACTUATION =
        Field.of(
                "spec.actuation",
                new Choice<>(actuations(), List.of()),
                "HpaFloor",
                "How a decision takes effect: `Scale` writes the scale subresource, `HpaFloor` raises"
                    + " `minReplicas` of the workload's HPA, `Emit` publishes a metric.")
            .byDefault("Scale");

    static final Field<Duration> INTERVAL =
        Field.of(
                "spec.interval",
                new TimeSpan(SECOND, Duration.ofMinutes(10)),
                "30s",
                "Time between two decisions.")
            .byDefault("15s")
            .alsoCalled("pollingInterval", "syncPeriod", "period");

    static final Field<Duration> MAX_AGE =
        Field.of(
                "spec.maxAge",
                new TimeSpan(SECOND, HOUR),
                "3m",
                "Evidence older than this forbids a fall.")
            .byDefault("120s");

    static final Field<Duration> LEAD_TIME =
        Field.of(
                "spec.leadTime",
                new TimeSpan(Duration.ZERO, HOUR),
                "90s",
                "Fixes how far ahead a rise is ordered. Absent: learned from the pods' times to"
                    + " Ready, 60s until some are measured.")
            .alsoCalled("startupTime", "schedulingBufferTime", "warmup");

    static final Field<Duration> CAP_WINDOW =
        Field.of(
                "spec.stepCaps.window",
                new TimeSpan(SECOND, HOUR),
                "2m",
                "The caps below count what has changed within this time.")
            .byDefault("60s");

    static final Field<Integer> UP_REPLICAS =
        Field.of(
                "spec.stepCaps.upReplicas",
                new WholeNumber(1, LARGEST),
                "10",
                "A rise by so many replicas is always allowed.")
            .byDefault("32");

    static final Field<Double> UP_PERCENT =
        Field.of(
                "spec.stepCaps.upPercent",
                new FiniteNumber(0, 100_000),
                "100",
                "A rise by this share of the window's smallest size is allowed too.")
            .byDefault("700");

    static final Field<Double> DOWN_PERCENT =
        Field.of(
                "spec.stepCaps.downPercent",
                new FiniteNumber(0.01, 100),
                "10",
                "A fall by this share of the window's largest size is allowed, and by one replica"
                    + " always.")
            .byDefault("25");

    static final Field<Double> TOLERANCE =
        Field.of(
                "spec.tolerance",
                new FiniteNumber(0, 1),
                "0.05",
                "Half width of the band around its target in which the reactive rule keeps still.")
            .byDefault("0.1");

    static final Field<Boolean> PAUSED =
        Field.of("spec.paused", new Flag(), "true", "Switches decisions off: every one is Hold.")
            .byDefault("false")
            .alsoCalled("pause", "suspend", "disabled");

    /** The rows of the reference page, in its order, then what is known but refused. */
    static final Schema ALL =
        new Schema(
            List.of(
                API,
                KIND,
                NAME,
                NAMESPACE,
                LABELS,
                ANNOTATIONS,
                TARGET_API,
                TARGET_KIND,
                TARGET_NAME,
                MIN_REPLICAS,
                MAX_REPLICAS,
                SOURCE,
                QUERY,
                PER_REPLICA,
                USAGE_QUERY,
                USAGE_MOST,
                USAGE_CEILING,
                USAGE_PODS,
                UNIT,
                CALENDAR,
                TARGET_UTILIZATION,
                STAGE,
                SHORT_MINUTES,
                IDLE_PRICE,
                SHORT_PRICE,
                REPLICA_HOUR_PRICE,
                METRICS,
                UP.window(),
                UP.select(),
                UP.policies(),
                UP.tolerance(),
                DOWN.window(),
                DOWN.select(),
                DOWN.policies(),
                DOWN.tolerance(),
                ACTUATION,
                INTERVAL,
                MAX_AGE,
                LEAD_TIME,
                CAP_WINDOW,
                UP_REPLICAS,
                UP_PERCENT,
                DOWN_PERCENT,
                TOLERANCE,
                GuardFields.DIRECTION,
                GuardFields.COVERAGE_QUERY,
                GuardFields.COVERAGE_LEAST,
                GuardFields.VETOES,
                GuardFields.FLOORS,
                PAUSED,
                refused("spec.url", NO_URL),
                refused("spec.demand.url", NO_URL),
                refused("spec.demand.serverAddress", NO_URL)));

    private Autoscaler() {}

    private static SequencedMap<String, Actuation> actuations() {
      SequencedMap<String, Actuation> actuations = new LinkedHashMap<>();
      actuations.put("Scale", Actuation.SCALE);
      actuations.put("HpaFloor", Actuation.HPA_FLOOR);
      actuations.put("Emit", Actuation.EMIT);
      return actuations;
    }

    private static SequencedMap<String, Stage> stages() {
      SequencedMap<String, Stage> stages = new LinkedHashMap<>();
      stages.put("Shadow", Stage.SHADOW);
      stages.put("Floor", Stage.FLOOR);
      stages.put("Full", Stage.FULL);
      return stages;
    }
  }

  /** Fields of a MetricSource. */
  static final class Source {
    static final Field<String> KIND = kind("MetricSource");

    static final Field<String> TYPE =
        Field.of(
                "spec.type",
                new Choice<>(Map.of("prometheus", "prometheus"), List.of()),
                "prometheus",
                "What answers there: Prometheus, or a store with the same HTTP API.")
            .byDefault("prometheus");

    static final Field<URI> URL =
        Field.of(
                "spec.url",
                new Url(),
                "http://prometheus.monitoring:9090",
                "Address, up to where `/api/v1` follows.")
            .required("write it as in http://prometheus.monitoring:9090")
            .alsoCalled("serverAddress", "address", "endpoint", "host");

    static final Field<Duration> TIMEOUT =
        Field.of(
                "spec.timeout",
                new TimeSpan(Duration.ofMillis(100), Duration.ofMinutes(10)),
                "5s",
                "For each request, up to the last byte of its answer.")
            .byDefault("10s");

    static final Field<Path> BEARER_TOKEN_FILE =
        Field.of(
                "spec.auth.bearerTokenFile",
                new FilePath(),
                "/var/run/secrets/almanac/token",
                "Its content is sent as bearer token; read again when it changes. Excludes"
                    + " `basic`.")
            .alsoCalled("bearerToken", "token", "tokenFile");

    static final Field<String> USERNAME =
        Field.of("spec.auth.basic.username", new Line(256), "almanac", "Without a colon.")
            .requiredInBlock()
            .alsoCalled("user");

    static final Field<Path> PASSWORD_FILE =
        Field.of(
                "spec.auth.basic.passwordFile",
                new FilePath(),
                "/var/run/secrets/almanac/password",
                "Its first line is the password; read again when it changes.")
            .requiredInBlock()
            .alsoCalled("password");

    static final Field<Path> CA_FILE =
        Field.of(
                "spec.tls.caFile",
                new FilePath(),
                "/etc/almanac/tls/ca.crt",
                "Whom to trust, PEM. Absent: the authorities that come with Java.")
            .alsoCalled("ca", "caCert");

    static final Field<Path> CERT_FILE =
        Field.of(
                "spec.tls.certFile",
                new FilePath(),
                "/etc/almanac/tls/tls.crt",
                "Our own certificate, PEM; needs `keyFile`.")
            .alsoCalled("cert", "certificate");

    static final Field<Path> KEY_FILE =
        Field.of(
                "spec.tls.keyFile",
                new FilePath(),
                "/etc/almanac/tls/tls.key",
                "The key of `certFile`, PEM.")
            .alsoCalled("key", "privateKey");

    /** The rows of the reference page, in its order, then what is known but refused. */
    static final Schema ALL =
        new Schema(
            List.of(
                API,
                KIND,
                NAME,
                LABELS,
                ANNOTATIONS,
                TYPE,
                URL,
                TIMEOUT,
                BEARER_TOKEN_FILE,
                USERNAME,
                PASSWORD_FILE,
                CA_FILE,
                CERT_FILE,
                KEY_FILE,
                refused(
                    "metadata.namespace",
                    "a MetricSource belongs to no namespace and serves all; leave it out"),
                refused(
                    "spec.tls.insecureSkipVerify",
                    "certificates are always verified; give spec.tls.caFile instead")));

    private Source() {}
  }

  /** Fields of a DemandCalendar. */
  static final class Calendar {
    static final Field<String> KIND = kind("DemandCalendar");

    static final Field<String> NAMESPACE =
        Field.of(
                "metadata.namespace",
                Name.label(),
                "shop",
                "Where the autoscalers that go by it live.")
            .byDefault("default");

    static final Field<ZoneId> TIME_ZONE =
        Field.of(
                "spec.timeZone",
                new Zone(),
                "Europe/Berlin",
                "Whose midnight begins a day, and whose clocks `from` and `to` follow.")
            .byDefault("UTC")
            .alsoCalled("timezone", "zone", "tz", "location");

    static final Field<String> REGION =
        Field.of(
                "spec.holidays.region",
                new Region(),
                "de-by",
                "Adds the public holidays of a country or a part of it.")
            .alsoCalled("country", "subdivision");

    static final Field<List<String>> FILES =
        Field.of(
                "spec.holidays.files",
                new FileNames(),
                "[company.ics]",
                "Adds the entries of iCalendar files (RFC 5545).")
            .alsoCalled("ics", "ical", "file");

    static final Field<DayOfWeek> LIKE =
        Field.of(
                "spec.holidays.like",
                weekday(),
                "Saturday",
                "The weekday that a holiday resembles until history has one of its name.")
            .byDefault("Sunday");

    static final Field<LocalDate> DATE =
        Field.of("date", new Day(), "2026-12-24", "The local day.").required("").alsoCalled("day");

    static final Field<String> HOLIDAY_NAME =
        Field.of(
                "name",
                new Line(100),
                "Christmas Eve",
                "Days of one name are of one kind, whatever their year.")
            .required("")
            .alsoCalled("summary", "title");

    static final Field<DayOfWeek> DATE_LIKE =
        Field.of("like", weekday(), "Saturday", "In place of `spec.holidays.like`.");

    static final Schema DATE_ENTRY = new Schema(List.of(DATE, HOLIDAY_NAME, DATE_LIKE), List.of());

    static final Field<List<Document>> DATES =
        Field.of(
                "spec.holidays.dates",
                new Entries(DATE_ENTRY, 1_000),
                "[{date: 2026-12-24, name: Christmas Eve}]",
                "Adds single days; they stand before those of files and regions.")
            .alsoCalled("days");

    static final Field<String> EVENT_NAME =
        Field.of("name", new Line(100), "Autumn sale", "For people.")
            .required("")
            .alsoCalled("summary", "title");

    static final Field<Temporal> FROM =
        Field.of("from", new Moment(), "2026-11-27T09:00", "Its first instant.")
            .required("")
            .alsoCalled("start", "begin");

    static final Field<Temporal> TO =
        Field.of("to", new Moment(), "2026-11-28", "The first instant after it.")
            .required("")
            .alsoCalled("end", "until");

    static final Field<Double> UPLIFT =
        Field.of(
                "uplift",
                new FiniteNumber(0.01, 100),
                "1.8",
                "Demand over what it would be without: the forecast is multiplied by it.")
            .required("")
            .alsoCalled("factor", "multiplier");

    static final Schema EVENT_ENTRY = new Schema(List.of(EVENT_NAME, FROM, TO, UPLIFT), List.of());

    static final Field<List<Document>> EVENTS =
        Field.of(
            "spec.events",
            new Entries(EVENT_ENTRY, 1_000),
            "[{name: Autumn sale, from: 2026-11-27T09:00, to: 2026-11-28, uplift: 1.8}]",
            "What moves demand once; nothing is learned from it.");

    static final Field<String> REASON =
        Field.of("reason", new Line(100), "incident 4711", "For people.")
            .required("")
            .alsoCalled("name", "why", "description");

    static final Schema EXCLUSION_ENTRY = new Schema(List.of(FROM, TO, REASON), List.of());

    static final Field<List<Document>> EXCLUSIONS =
        Field.of(
                "spec.exclusions",
                new Entries(EXCLUSION_ENTRY, 1_000),
                "[{from: 2026-10-02T14:00, to: 2026-10-02T16:30, reason: incident 4711}]",
                "Times that nothing is learned from: incidents, load tests.")
            .alsoCalled("incidents", "exclude");

    /** The rows of the reference page, in its order, then what is known but refused. */
    static final Schema ALL =
        new Schema(
            List.of(
                API,
                KIND,
                NAME,
                NAMESPACE,
                LABELS,
                ANNOTATIONS,
                TIME_ZONE,
                REGION,
                FILES,
                LIKE,
                DATES,
                EVENTS,
                EXCLUSIONS,
                refused("spec.url", NO_URL)));

    private Calendar() {}

    private static FieldType<DayOfWeek> weekday() {
      SequencedMap<String, DayOfWeek> days = new LinkedHashMap<>();
      for (DayOfWeek day : DayOfWeek.values()) {
        days.put(day.getDisplayName(TextStyle.FULL, Locale.ENGLISH), day);
      }
      return new Choice<>(days, List.of());
    }
  }

  private final SequencedMap<String, Field<?>> fields = new LinkedHashMap<>();
  private final SequencedSet<String> blocks = new LinkedHashSet<>();
  private final List<String> paths;

  /** The fields of a document. */
  static Schema ofKind(List<Field<?>> fields) {
    return new Schema(fields);
  }

  /** The fields of an entry of a list. */
  static Schema ofEntry(List<Field<?>> fields) {
    return new Schema(fields, List.of());
  }

  private Schema(List<Field<?>> list) {
    this(list, FROM_THE_CLUSTER);
  }

  private Schema(List<Field<?>> list, List<Field<?>> more) {
    SequencedSet<String> paths = new LinkedHashSet<>();
    for (Field<?> field : Stream.concat(list.stream(), more.stream()).toList()) {
      fields.put(field.path(), field);
      for (int dot = field.path().indexOf('.');
          dot >= 0;
          dot = field.path().indexOf('.', dot + 1)) {
        blocks.add(field.path().substring(0, dot));
        paths.add(field.path().substring(0, dot));
      }
      if (!(field.type() instanceof Refused)) {
        paths.add(field.path());
      }
    }
    this.paths = List.copyOf(paths);
  }

  /** All fields in the order of the reference page. */
  Collection<Field<?>> fields() {
    return Collections.unmodifiableCollection(fields.values());
  }

  Optional<Field<?>> field(String path) {
    return Optional.ofNullable(fields.get(path));
  }

  /** Whether a path is a block of fields, as {@code spec.demand} is. */
  boolean isBlock(String path) {
    return blocks.contains(path);
  }

  /** The paths of all fields that a document may have and of the blocks around them. */
  List<String> paths() {
    return paths;
  }

  /** The path around a path; empty at the root. */
  static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /** The last part of a path. */
  static String key(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The path of a key inside a block. */
  static String child(String block, String key) {
    return block.isEmpty() || key.isEmpty() ? block + key : block + "." + key;
  }

  static Field<String> kind(String kind) {
    return Field.of(
            "kind", new Choice<>(Map.of(kind, kind), List.of()), kind, "What this document is.")
        .required("");
  }

  static Field<Void> refused(String path, String why) {
    return Field.of(path, new Refused(why), "", why);
  }
}
