package dev.almanac.service.cli;

import dev.almanac.actuator.kubernetes.PodResizes;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.resize.RunningPod;
import dev.almanac.service.config.ResourcePolicy;
import dev.almanac.service.rightsize.AdvisedReport;
import dev.almanac.service.rightsize.AdvisedReport.Advised;
import dev.almanac.service.rightsize.PodResizing;
import dev.almanac.service.rightsize.ResizeLedger;
import dev.almanac.service.rightsize.Resized;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Resizes running pods as a report advises and policies allow. */
@Command(
    name = "apply",
    description = {
      "Resizes running pods in place as a report advises.",
      "The report is of rightsize -o json; only where a ResourcePolicy says",
      "mode: Resize. One pod of a workload first; more is given at once, less in steps,",
      "one a run."
    },
    footer = {
      "",
      "Templates are not changed: new pods begin with what their owner asks for.",
      "Exits with 1 when the API server refused something or did not answer.",
      "",
      "Examples:",
      "  almanac rightsize apply report.json --policies policies.yaml \\",
      "    --state resized.json --dry-run",
      "  almanac rightsize undo --state resized.json"
    },
    mixinStandardHelpOptions = true)
final class RightsizeApply implements Callable<Integer> {
  @Parameters(paramLabel = "REPORT", description = "What rightsize -o json has written.")
  private Path report = Path.of("");

  @Option(
      names = "--policies",
      required = true,
      paramLabel = "PATH",
      description = "File or folder with ResourcePolicy documents.")
  private Path policies = Path.of("");

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      converter = Durations.class,
      description = "Older advice is not applied (default: 36h).")
  private Duration maxAge = Duration.ofHours(36);

  @Mixin private ResizeOptions options = new ResizeOptions();

  @Override
  public Integer call() {
    AdvisedReport advised = advised();
    List<ResourcePolicy> allowed = policies();
    return options.run((pods, ledger, resizing) -> {
      List<Resized> outcomes = new ArrayList<>();
      for (var namespace : byNamespace(advised, allowed).entrySet()) {
        outcomes.addAll(
            apply(namespace.getKey(), namespace.getValue(), allowed, pods, ledger, resizing));
      }
      return outcomes;
    });
  }

  private AdvisedReport advised() {
    AdvisedReport advised;
    try {
      advised = AdvisedReport.read(report);
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()));
    }
    Instant now = InstantSource.system().instant();
    if (advised.to().plus(maxAge).isBefore(now)) {
      throw new BadInput(
          "the history of %s ends at %s, more than %s ago; make it again, or give --max-age"
              .formatted(report, advised.to(), Durations.show(maxAge)));
    }
    return advised;
  }

  private List<ResourcePolicy> policies() {
    List<ResourcePolicy> found = ConfigOption.read(policies).policies();
    if (found.isEmpty()) {
      throw new BadInput("--policies: %s holds no ResourcePolicy".formatted(policies));
    }
    return found;
  }

  private static Optional<ResourcePolicy> policy(
      List<ResourcePolicy> policies, WorkloadName workload) {
    return policies.stream()
        .filter(policy -> policy.isFor(workload))
        .findFirst()
        .or(() ->
            policies.stream()
                .filter(policy -> policy.isForRestOf(workload.namespace()))
                .findFirst())
        .filter(ResourcePolicy::resizes);
  }

  private static Map<String, Map<WorkloadName, Advised>> byNamespace(
      AdvisedReport advised, List<ResourcePolicy> policies) {
    Map<String, Map<WorkloadName, Advised>> namespaces = new TreeMap<>();
    advised
        .workloads()
        .forEach((name, containers) -> {
          if (policy(policies, name).isPresent()) {
            namespaces
                .computeIfAbsent(name.namespace(), _ -> new TreeMap<>())
                .put(name, containers);
          }
        });
    return namespaces;
  }

  private static List<Resized> apply(
      String namespace,
      Map<WorkloadName, Advised> workloads,
      List<ResourcePolicy> policies,
      PodResizes pods,
      ResizeLedger ledger,
      PodResizing resizing)
      throws IOException {
    List<RunningPod> there = pods.pods(namespace);
    ledger.keepOnly(namespace, there);
    List<Resized> outcomes = new ArrayList<>();
    for (var workload : workloads.entrySet()) {
      WorkloadName name = workload.getKey();
      Advised advised = workload.getValue();
      List<RunningPod> its = there.stream().filter(pod -> pod.workload().equals(name)).toList();
      if (!advised.hpa().isEmpty()) {
        outcomes.add(
            new Resized(
                name,
                "",
                Resized.Outcome.NOT_ALLOWED,
                ("HPA %s goes by its requests: apply the patch of rightsize --out, which sets its"
                        + " target as well")
                    .formatted(advised.hpa())));
      } else if (its.isEmpty()) {
        outcomes.add(
            new Resized(name, "", Resized.Outcome.NOT_RUNNING, "has no pods that it owns itself"));
      } else {
        outcomes.addAll(
            resizing.resize(
                its, _ -> advised.containers(), policy(policies, name).orElseThrow().rules()));
      }
    }
    return outcomes;
  }
}
