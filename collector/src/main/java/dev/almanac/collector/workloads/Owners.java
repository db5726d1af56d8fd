package dev.almanac.collector.workloads;

import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From pods, those that are no more included, to the workloads on top of them. */
final class Owners {
  /*
   * Pod names as the controllers make them, see k8s.io/apiserver/pkg/storage/names: suffixes are of
   * "bcdfghjklmnpqrstvwxz2456789". Where kube_pod_owner is missing, a name is all that there is.
   */
  private static final String RANDOM = "[bcdfghjklmnpqrstvwxz2456789]";

  private record Form(String kind, Pattern pattern) {
    Form(String kind, String pattern) {
      this(kind, Pattern.compile(pattern));
    }
  }

  /** The narrower one first: the pods of a Deployment look like those of a DaemonSet too. */
  private static final List<Form> FORMS =
      List.of(
          new Form("CronJob", "(.+)-[0-9]{8,10}-" + RANDOM + "{5}"),
          new Form("Deployment", "(.+)-" + RANDOM + "{6,10}-" + RANDOM + "{5}"),
          new Form("StatefulSet", "(.+)-[0-9]{1,4}"),
          new Form("DaemonSet", "(.+)-" + RANDOM + "{5}"));

  private record Owner(String kind, String name) {
    private static final Owner NONE = new Owner("", "");

    static Owner of(String kind, String name) {
      // kube-state-metrics writes <none> where there is none; a mirror pod is owned by its node.
      boolean none = kind.isEmpty() || kind.equals("<none>") || kind.equals("Node");
      return none ? NONE : new Owner(kind, name);
    }
  }

  /** A workload, and whether only the pod's name says so. */
  record Found(WorkloadName name, boolean guessed) {}

  private final String namespace;
  private final Map<String, Owner> ofPods = new HashMap<>();
  private final Map<String, Owner> ofReplicaSets = new HashMap<>();
  private final Map<String, Owner> ofJobs = new HashMap<>();
  private final Map<String, Role> roles = new HashMap<>();

  Owners(String namespace, Dialect dialect, List<Labelled> series) {
    this.namespace = namespace;
    for (Labelled one : series) {
      Owner owner = Owner.of(dialect.state(one, "owner_kind"), dialect.state(one, "owner_name"));
      switch (one.label("__name__")) {
        case "kube_pod_owner" -> add(ofPods, dialect.state(one, "pod"), owner, one);
        case "kube_replicaset_owner" ->
            add(ofReplicaSets, dialect.state(one, "replicaset"), owner, one);
        case "kube_job_owner" -> add(ofJobs, dialect.state(one, "job_name"), owner, one);
        case "kube_pod_init_container_info" -> {
          String key = dialect.state(one, "pod") + "/" + dialect.state(one, "container");
          boolean always = dialect.state(one, "restart_policy").equals("Always");
          roles.put(key, always ? Role.SIDECAR : Role.INIT);
        }
        default -> {}
      }
    }
  }

  /** The controller, where an object has several owners. */
  private static void add(Map<String, Owner> owners, String name, Owner owner, Labelled series) {
    if (name.isEmpty()) {
      return;
    }
    boolean controls = !series.label("owner_is_controller").equals("false");
    if (controls) {
      owners.put(name, owner);
    } else {
      owners.putIfAbsent(name, Owner.NONE);
    }
  }

  Set<String> pods() {
    return ofPods.keySet();
  }

  Role role(String pod, String container) {
    return roles.getOrDefault(pod + "/" + container, Role.MAIN);
  }

  Found of(String pod) {
    Owner owner = ofPods.get(pod);
    if (owner == null) {
      return guess(pod);
    }
    if (owner.kind().equals("ReplicaSet")) {
      owner = above(ofReplicaSets, owner);
    } else if (owner.kind().equals("Job")) {
      owner = above(ofJobs, owner);
    }
    return new Found(
        owner.equals(Owner.NONE)
            ? new WorkloadName(namespace, "Pod", pod)
            : new WorkloadName(namespace, owner.kind(), owner.name()),
        false);
  }

  private static Owner above(Map<String, Owner> owners, Owner owner) {
    Owner top = owners.getOrDefault(owner.name(), Owner.NONE);
    return top.equals(Owner.NONE) ? owner : top;
  }

  private Found guess(String pod) {
    for (Form form : FORMS) {
      Matcher m = form.pattern().matcher(pod);
      if (m.matches()) {
        return new Found(new WorkloadName(namespace, form.kind(), m.group(1)), true);
      }
    }
    return new Found(new WorkloadName(namespace, "Pod", pod), true);
  }
}
