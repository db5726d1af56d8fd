package dev.almanac.service.config;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.resize.ResizeRules;
import dev.almanac.service.config.FieldType.Choice;
import dev.almanac.service.config.FieldType.FiniteNumber;
import dev.almanac.service.config.FieldType.Flag;
import dev.almanac.service.config.FieldType.Name;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** The fields of a ResourcePolicy: what may be done to running pods. */
final class PolicyFields {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  /** A core more than any machine has; a pebibyte. */
  private static final BigDecimal MOST_CORES = BigDecimal.valueOf(10_000);

  private static final BigDecimal MOST_BYTES = BigDecimal.valueOf(1L << 50);

  static final Field<String> KIND = Schema.kind("ResourcePolicy");

  static final Field<String> NAMESPACE =
      Field.of(
              "metadata.namespace",
              Name.label(),
              "shop",
              "Where the workloads live that it is for.")
          .byDefault("default");

  static final Field<String> TARGET_KIND =
      Field.of(
              "spec.targetRef.kind",
              Name.kind(),
              "Deployment",
              "Kind of the one workload that it is for. Absent: every other of the namespace.")
          .requiredInBlock();

  static final Field<String> TARGET_NAME =
      Field.of("spec.targetRef.name", Name.subdomain(), "web", "Its name.").requiredInBlock();

  static final Field<Boolean> RESIZES =
      Field.of(
              "spec.mode",
              new Choice<>(modes(), List.of("Recreate")),
              "Resize",
              "Resize: `almanac rightsize apply` may resize its running pods. Report: it may not.")
          .byDefault("Report")
          .alsoCalled("updateMode", "updatePolicy");

  static final Field<Set<Resource>> RESOURCES =
      Field.of(
              "spec.resources",
              new Choice<>(resources(), List.of()),
              "Cpu",
              "What of a container may change.")
          .byDefault("CpuAndMemory")
          .alsoCalled("controlledResources");

  static final Field<Double> STEP_DOWN =
      Field.of(
              "spec.stepDownPercent",
              new FiniteNumber(1, 100),
              "10",
              "The most that one run takes away of a request or limit. More is given at once.")
          .byDefault("20");

  static final Field<Boolean> RESTARTS =
      Field.of(
              "spec.allowRestarts",
              new Flag(),
              "true",
              "Whether a container may change whose `resizePolicy` restarts it, one pod of a"
                  + " workload a run.")
          .byDefault("false");

  static final Field<BigDecimal> LEAST_CPU = bound("minAllowed", "cpu", "50m", "below");
  static final Field<BigDecimal> LEAST_MEMORY = bound("minAllowed", "memory", "128Mi", "below");
  static final Field<BigDecimal> MOST_CPU = bound("maxAllowed", "cpu", "2", "above");
  static final Field<BigDecimal> MOST_MEMORY = bound("maxAllowed", "memory", "4Gi", "above");

  /** The rows of the reference page, in its order, then what is known but refused. */
  static final Schema ALL =
      Schema.ofKind(
          List.of(
              Schema.API,
              KIND,
              Schema.NAME,
              NAMESPACE,
              Schema.LABELS,
              Schema.ANNOTATIONS,
              TARGET_KIND,
              TARGET_NAME,
              RESIZES,
              RESOURCES,
              STEP_DOWN,
              RESTARTS,
              LEAST_CPU,
              LEAST_MEMORY,
              MOST_CPU,
              MOST_MEMORY,
              Schema.refused(
                  "spec.targetRef.apiVersion", "kind and name are enough here; leave it out")));

  private PolicyFields() {}

  private static Field<BigDecimal> bound(
      String block, String resource, String example, String where) {
    return Field.of(
        "spec.%s.%s".formatted(block, resource),
        new Quantity(),
        example,
        "No request of a container for %s goes %s."
            .formatted(resource.equals("cpu") ? "CPU" : resource, where));
  }

  private static SequencedMap<String, Boolean> modes() {
    SequencedMap<String, Boolean> modes = new LinkedHashMap<>();
    modes.put("Report", false);
    modes.put("Resize", true);
    return modes;
  }

  private static SequencedMap<String, Set<Resource>> resources() {
    SequencedMap<String, Set<Resource>> choices = new LinkedHashMap<>();
    choices.put("CpuAndMemory", Set.of(Resource.CPU, Resource.MEMORY));
    choices.put("Cpu", Set.of(Resource.CPU));
    choices.put("Memory", Set.of(Resource.MEMORY));
    return choices;
  }

  static void check(Document doc) {
    compare(doc, LEAST_CPU, MOST_CPU, MOST_CORES);
    compare(doc, LEAST_MEMORY, MOST_MEMORY, MOST_BYTES);
  }

  private static void compare(
      Document doc, Field<BigDecimal> least, Field<BigDecimal> most, BigDecimal largest) {
    for (Field<BigDecimal> field : List.of(least, most)) {
      doc.given(field)
          .filter(amount -> amount.compareTo(largest) > 0)
          .ifPresent(_ -> doc.problem(field.path(), "is more than any node has; mind the unit"));
    }
    Optional<BigDecimal> lower = doc.given(least);
    Optional<BigDecimal> upper = doc.given(most);
    if (lower.isPresent() && upper.isPresent() && lower.get().compareTo(upper.get()) > 0) {
      doc.problem(least.path(), "is above %s; lower one or raise the other".formatted(most.path()));
    }
  }

  static ResourcePolicy policy(Document doc) {
    return new ResourcePolicy(
        doc.get(Schema.NAME),
        doc.get(NAMESPACE),
        doc.given(TARGET_KIND).map(kind -> new ResourcePolicy.Target(kind, doc.get(TARGET_NAME))),
        doc.get(RESIZES),
        new ResizeRules(
            doc.get(RESOURCES),
            doc.get(STEP_DOWN) / 100,
            doc.get(RESTARTS),
            amounts(doc, LEAST_CPU, LEAST_MEMORY),
            amounts(doc, MOST_CPU, MOST_MEMORY)));
  }

  private static ResourceList amounts(
      Document doc, Field<BigDecimal> cores, Field<BigDecimal> bytes) {
    ResourceList list = ResourceList.NONE;
    Optional<BigDecimal> cpu = doc.given(cores);
    Optional<BigDecimal> memory = doc.given(bytes);
    if (cpu.isPresent()) {
      list = list.with(Resource.CPU, up(cpu.get().multiply(THOUSAND)));
    }
    return memory.isPresent() ? list.with(Resource.MEMORY, up(memory.get())) : list;
  }

  private static long up(BigDecimal amount) {
    return amount.setScale(0, RoundingMode.CEILING).longValueExact();
  }
}
