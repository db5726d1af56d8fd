package dev.almanac.service.rightsize;

import static dev.almanac.service.rightsize.World.PER_DAY;
import static dev.almanac.service.rightsize.World.SAMPLES;

import java.util.function.IntToDoubleFunction;

/** Every special case once, and plain Deployments up to 200 workloads. */
final class SpecialCases {
  private static final int WORKLOADS = 200;
  private static final int SPECIAL = 21;

  private SpecialCases() {}

  static void fill(World world) {
    String ns = "special";
    int half = SAMPLES / 2;
    // Pods of the ReplicaSet before are gone, and what they used counts: twice of what is used now.
    world.object("kube_replicaset_owner", ns, "replicaset", "web-5f6d8c9b7", "Deployment", "web");
    world.object("kube_replicaset_owner", ns, "replicaset", "web-6c7f9d8b5", "Deployment", "web");
    for (int i = 0; i < 3; i++) {
      world
          .pod(ns, "web-5f6d8c9b7-" + world.suffix(), 0, half)
          .ownedBy("ReplicaSet", "web-5f6d8c9b7")
          .uses("app", world.around(0.2), world.around(800))
          .asks("app", 1, 2048, -1, 2048);
      world
          .pod(ns, "web-6c7f9d8b5-" + world.suffix(), half, SAMPLES)
          .ownedBy("ReplicaSet", "web-6c7f9d8b5")
          .uses("app", world.around(0.2), world.around(400))
          .asks("app", 1, 2048, -1, 2048);
    }
    world
        .deployment(ns, "mesh")
        .uses("app", world.around(0.3), world.around(300))
        .uses("proxy", world.around(0.02), world.around(60))
        .asks("app", 0.3, 330, -1, -1)
        .asks("kube_pod_init_container", "proxy", 0.5, 512, -1, -1)
        .asks("kube_pod_init_container", "migrate", 0.1, 64, -1, -1)
        .init("proxy", true)
        .init("migrate", false);
    world
        .pod(ns, "mesh-7d9f8b6c54-zzzzz", 100, 102) // the init container, seen at a scrape
        .ownedBy("ReplicaSet", "mesh-7d9f8b6c54")
        .uses("migrate", world.around(0.2), world.around(50))
        .init("migrate", false);
    world
        .deployment(ns, "java-api")
        .uses("app", world.around(0.4), world.around(700))
        .jvm(2048, 300)
        .asks("app", 1, 4096, -1, 4096);
    world
        .deployment(ns, "leaky")
        .uses("app", world.around(0.05), world.around(240))
        .killed("app", 400)
        .asks("app", 0.1, 256, -1, -1);
    world
        .deployment(ns, "held")
        .uses("app", world.around(0.45), world.around(200))
        .throttled("app", 0.4)
        .asks("app", 0.2, 256, 0.5, -1);
    IntToDoubleFunction calm = world.around(0.3);
    world
        .deployment(ns, "weekly")
        .uses(
            "app",
            i ->
                i % (7 * PER_DAY) / 12 >= 60 && i % (7 * PER_DAY) / 12 < 63
                    ? 2
                    : calm.applyAsDouble(i),
            world.around(300))
        .asks("app", 0.5, 512, -1, -1);
    for (int i = 0; i < 3; i++) {
      world
          .pod(ns, "db-" + i)
          .ownedBy("StatefulSet", "db")
          .uses("app", world.around(i == 0 ? 1.0 : 0.1), world.around(i == 0 ? 1500 : 500))
          .asks("app", 0.5, 1024, -1, -1);
    }
    for (int i = 0; i < 4; i++) {
      world
          .pod(ns, "agent-" + world.suffix())
          .ownedBy("DaemonSet", "agent")
          .uses("app", world.around(0.02), world.around(i == 3 ? 180 : 60))
          .asks("app", 0.2, 128, -1, 256);
    }
    for (int day = 0; day < 14; day++) {
      String job = "nightly-" + (29_000_000 + day * 1440);
      world.object("kube_job_owner", ns, "job_name", job, "CronJob", "nightly");
      world
          .pod(ns, job + "-" + world.suffix(), day * PER_DAY + 24, day * PER_DAY + 36)
          .ownedBy("Job", job)
          .uses("app", world.around(0.8), world.around(500))
          .asks("app", 4, 4096, -1, 4096);
    }
    world
        .pod(ns, "once-" + world.suffix(), SAMPLES - 40, SAMPLES)
        .ownedBy("Job", "once")
        .uses("app", world.around(0.5), world.around(100))
        .asks("app", 1, 1024, -1, -1);
    world
        .pod(ns, "debug")
        .ownedBy("<none>", "<none>")
        .uses("app", world.around(0.01), world.around(20))
        .asks("app", 1, 1024, -1, -1);
    world
        .pod(ns, "kafka-0")
        .ownedBy("StrimziPodSet", "kafka")
        .uses("app", world.around(0.5), world.around(900))
        .asks("app", 2, 4096, -1, -1);
    world
        .deployment(ns, "scaled")
        .uses("app", world.around(0.5), world.around(300))
        .asks("app", 1, 340, -1, -1);
    world.everySeldom(
        "kube_horizontalpodautoscaler_info",
        "namespace=\"%s\",horizontalpodautoscaler=\"scaled\",scaletargetref_kind=\"Deployment\",scaletargetref_name=\"scaled\""
            .formatted(ns),
        1);
    world.everySeldom(
        "kube_horizontalpodautoscaler_spec_target_metric",
        "namespace=\"%s\",horizontalpodautoscaler=\"scaled\",metric_name=\"cpu\",metric_target_type=\"utilization\""
            .formatted(ns),
        60);
    world
        .deployment(ns, "twice")
        .usesAs("kubelet", "app", world.around(0.3), world.around(300))
        .usesAs("cadvisor", "app", world.around(0.3), world.around(300))
        .asks("app", 1, 1024, -1, -1);
    world.object("kube_replicaset_owner", ns, "replicaset", "young-5b8c", "Deployment", "young");
    world
        .pod(ns, "young-5b8c-bbbbb", SAMPLES - 4, SAMPLES)
        .ownedBy("ReplicaSet", "young-5b8c")
        .uses("app", world.around(0.3), world.around(300))
        .asks("app", 1, 1024, -1, -1);
    IntToDoubleFunction some = world.around(300);
    world
        .deployment(ns, "nonsense")
        .uses(
            "app",
            world.around(0.3),
            i -> i % 50 == 7 ? -5 : i % 50 == 8 ? Double.NaN : some.applyAsDouble(i))
        .asks("app", 1, 1024, -1, -1);
    world
        .deployment(ns, "halfbyte")
        .uses("app", world.around(0.3), world.around(300))
        .asks("app", 1, 0.512 / World.MI, -1, -1);
    world.deployment(ns, "free").uses("app", world.around(0.3), world.around(300));
    world
        .deployment(ns, "solid")
        .uses("app", world.around(0.3), world.around(300))
        .asks("app", 2, 2048, 2, 2048);
    world
        .deployment("tight", "grows")
        .uses("app", world.around(0.9), world.around(900))
        .asks("app", 0.1, 128, 0.4, 256);
    for (String resource : new String[] {"cpu", "memory"}) {
      String labels =
          "namespace=\"tight\",limitrange=\"lr\",resource=\"%s\",type=\"Container\""
              .formatted(resource);
      boolean cpu = resource.equals("cpu");
      world.everySeldom(
          "kube_limitrange", labels + ",constraint=\"max\"", cpu ? 2 : 512.0 * World.MI);
      world.everySeldom(
          "kube_limitrange", labels + ",constraint=\"min\"", cpu ? 0.05 : 16.0 * World.MI);
    }
    world.everySeldom(
        "kube_resourcequota",
        "namespace=\"tight\",resourcequota=\"rq\",resource=\"requests.cpu\",type=\"hard\"",
        1);
    world.everySeldom(
        "kube_resourcequota",
        "namespace=\"tight\",resourcequota=\"rq\",resource=\"requests.cpu\",type=\"used\"",
        0.1);
    // Nobody says what owns this pod.
    world.pod("dark", "lamp-7d9f8b6c54-xk2lp").uses("app", world.around(0.3), world.around(300));
    for (int i = 0; i < WORKLOADS - SPECIAL; i++) {
      world.plain("plain-" + i % 5);
    }
  }
}
