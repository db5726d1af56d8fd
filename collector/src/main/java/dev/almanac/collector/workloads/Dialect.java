package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.collector.promql.PromQl;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How this store names things: cAdvisor before Kubernetes 1.16 said {@code pod_name} and {@code
 * container_name}, and kube-state-metrics scraped without {@code honor_labels} has its own pod in
 * {@code pod} and that of the object in {@code exported_pod}.
 *
 * @param pod label of cAdvisor
 * @param container label of cAdvisor
 * @param exported prefix of the labels of kube-state-metrics, {@code exported_} or nothing
 * @param stateMetrics whether there is a kube-state-metrics
 * @param jobs that scrape cAdvisor, the one to prefer first
 * @param selector matchers that every selector has, beginning with a comma where not empty
 * @param scrape distance of two samples of cAdvisor
 */
record Dialect(
    String pod,
    String container,
    String exported,
    boolean stateMetrics,
    List<String> jobs,
    String selector,
    Duration scrape) {
  private static final String MEMORY = "container_memory_working_set_bytes";
  private static final String[][] CADVISOR = {{"pod", "container"}, {"pod_name", "container_name"}};

  /** Where no sample tells: what most installations have. */
  private static final Duration USUAL_SCRAPE = Duration.ofSeconds(30);

  static Dialect detect(Questions questions, ScanOptions options) throws ScanException {
    String selector = options.selector().isEmpty() ? "" : "," + options.selector();
    Instant at = options.to();
    for (String[] labels : CADVISOR) {
      String some =
          "%s{%s!=\"\",%s!=\"\",%2$s!=\"POD\"%s}".formatted(MEMORY, labels[0], labels[1], selector);
      List<Labelled> jobs = questions.instant("count by (job) (%s)".formatted(recent(some)), at);
      if (!jobs.isEmpty()) {
        List<Labelled> owners =
            questions.instant(
                "count(%s)".formatted(recent("kube_pod_owner{pod!=\"\"%s}".formatted(selector))),
                at);
        List<Labelled> exported =
            questions.instant(
                "count(%s)"
                    .formatted(recent("kube_pod_owner{exported_pod!=\"\"%s}".formatted(selector))),
                at);
        return new Dialect(
            labels[0],
            labels[1],
            exported.isEmpty() ? "" : "exported_",
            !owners.isEmpty(),
            preferred(jobs),
            selector,
            scrape(questions, some, at));
      }
    }
    List<Labelled> any =
        questions.instant("count(%s{%s})".formatted(MEMORY, options.selector()), at);
    throw new ScanException(
        false,
        any.isEmpty()
            ? "no series %s: does this store scrape the kubelets' /metrics/cadvisor?"
                .formatted(MEMORY)
            : "%s has no label container or container_name, so containers cannot be told apart; is a relabelling rule dropping it?"
                .formatted(MEMORY));
  }

  /** What is scraped seldom, or has just missed a scrape, counts as well. */
  private static String recent(String selector) {
    return "last_over_time(%s[15m])".formatted(selector);
  }

  private static List<String> preferred(List<Labelled> jobs) {
    List<String> names = new ArrayList<>();
    jobs.forEach(job -> names.add(job.label("job")));
    // KRR's rule, so that both tools read the same series.
    names.sort(
        Comparator.<String, Boolean>comparing(job -> !job.equals("kubelet"))
            .thenComparing(Comparator.naturalOrder()));
    return List.copyOf(names);
  }

  private static Duration scrape(Questions questions, String some, Instant at)
      throws ScanException {
    List<Labelled> most =
        questions.instant("max(topk(20, count_over_time(%s[1h])))".formatted(some), at);
    double perHour =
        most.isEmpty() || most.getFirst().values().length == 0 ? 0 : most.getFirst().values()[0];
    return perHour >= 1 ? Duration.ofSeconds((long) (3600 / perHour)) : USUAL_SCRAPE;
  }

  /** Two and a half scrapes, so that a rate has two samples even when one comes late. */
  private String rateWindow() {
    return Math.max(ScanOptions.STEP.toSeconds(), (5 * scrape.toSeconds() + 1) / 2) + "s";
  }

  private String peakWindow() {
    return Math.max(ScanOptions.STEP.toSeconds(), (3 * scrape.toSeconds() + 1) / 2) + "s";
  }

  /** Matchers of cAdvisor for a namespace, and some of its pods. */
  private String usage(String namespace, String pods, String more) {
    return "{namespace=\"%s\",%s!=\"\",%2$s!=\"POD\",%s!=\"\"%s%s%s}"
        .formatted(
            PromQl.escape(namespace),
            container,
            pod,
            pods.isEmpty() ? "" : ",%s=~\"%s\"".formatted(pod, pods),
            more,
            selector);
  }

  String cpu(String namespace, String pods) {
    return "max by (%s, %s, job) (rate(container_cpu_usage_seconds_total%s[%s]))"
        .formatted(pod, container, usage(namespace, pods, ",cpu=~\"total|\""), rateWindow());
  }

  String memory(String namespace, String pods) {
    return "max by (%s, %s, job) (max_over_time(%s%s[%s]))"
        .formatted(pod, container, MEMORY, usage(namespace, pods, ""), peakWindow());
  }

  /** Only where something is held back, which is nowhere for most containers. */
  String throttled(String namespace, String pods) {
    return "max by (%s, %s, job) (rate(container_cpu_cfs_throttled_seconds_total%s[%s]) > 0)"
        .formatted(pod, container, usage(namespace, pods, ""), rateWindow());
  }

  /** Selector of all usage of all namespaces, for the index. */
  String anyUsage() {
    return "%s{%s!=\"\",%s!=\"\"%s}".formatted(MEMORY, pod, container, selector);
  }

  String anyUsage(String namespace) {
    return MEMORY + usage(namespace, "", "");
  }

  private String state(String names, String namespace, String more) {
    return "{__name__=~\"%s\",%snamespace=\"%s\"%s%s}"
        .formatted(names, exported, PromQl.escape(namespace), more, selector);
  }

  String owners(String namespace) {
    return state(
        "kube_pod_owner|kube_replicaset_owner|kube_job_owner|kube_pod_init_container_info",
        namespace,
        "");
  }

  String facts(String namespace) {
    return state(
        "kube_pod_container_resource_(requests|limits)(_cpu_cores|_memory_bytes)?"
            + "|kube_pod_init_container_resource_(requests|limits)"
            + "|kube_limitrange|kube_resourcequota"
            + "|kube_h(pa|orizontalpodautoscaler)_(info|spec_target_metric)",
        namespace,
        "");
  }

  /** Requests and limits of pods that are no more, for workloads that do not run now. */
  String pastFacts(String namespace, int days) {
    return "last_over_time(%s[%dd])"
        .formatted(
            state(
                "kube_pod_container_resource_(requests|limits)(_cpu_cores|_memory_bytes)?",
                namespace,
                ""),
            days);
  }

  /*
   * The flag stays up until the container ends for another reason; kills are counted by the restarts
   * while it is up. A pod that is not restarted only has the flag of its state.
   */
  private String killed(String namespace) {
    return "(max by (%1$spod, %1$scontainer) (%2$s) == 1)"
        .formatted(
            exported,
            state(
                "kube_pod_container_status_(last_)?terminated_reason",
                namespace,
                ",reason=\"OOMKilled\""));
  }

  String restartsOfKilled(String namespace) {
    return "max by (%1$spod, %1$scontainer) (%2$s) and on (%1$spod, %1$scontainer) %3$s"
        .formatted(
            exported,
            state("kube_pod_container_status_restarts_total", namespace, ""),
            killed(namespace));
  }

  String limitsOfKilled(String namespace) {
    return "max by (%1$spod, %1$scontainer) (%2$s) and on (%1$spod, %1$scontainer) %3$s"
        .formatted(
            exported,
            state(
                "kube_pod_container_resource_limits(_memory_bytes)?",
                namespace,
                ",resource=~\"memory|\""),
            killed(namespace));
  }

  /** Applications carry their own labels: those of the pod they are scraped from. */
  private String jvm(String names, String namespace, String area) {
    return "{__name__=~\"%s\",namespace=\"%s\",area=\"%s\"%s}"
        .formatted(names, PromQl.escape(namespace), area, selector);
  }

  String anyJvm() {
    return "{__name__=~\"jvm_memory_max_bytes|jvm_memory_bytes_max\",area=\"heap\"%s}"
        .formatted(selector);
  }

  String heap(String namespace) {
    return "max by (pod, container) (sum by (pod, container, instance) (%s > 0))"
        .formatted(jvm("jvm_memory_max_bytes|jvm_memory_bytes_max", namespace, "heap"));
  }

  String nonHeap(String namespace, int days) {
    return "max by (pod, container) (sum by (pod, container, instance) (max_over_time(%s[%dd])))"
        .formatted(jvm("jvm_memory_used_bytes|jvm_memory_bytes_used", namespace, "nonheap"), days);
  }

  /** The label of an object, as kube-state-metrics has it here. */
  String state(Labelled series, String label) {
    String own = series.label(exported + label);
    return own.isEmpty()
            && !exported.isEmpty()
            && !label.equals("pod")
            && !label.equals("container")
        ? series.label(label)
        : own;
  }
}
