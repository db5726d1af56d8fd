package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.actuator.kubernetes.LivePod;
import dev.almanac.actuator.kubernetes.LiveUsage;
import dev.almanac.actuator.kubernetes.LiveUsage.PodSample;
import dev.almanac.actuator.kubernetes.LiveUsage.Used;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.OomKills;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.WorkloadHistory;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of a moment become a history, whichever runs took them. */
class LiveSamplerTest {
  private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
  private static final WorkloadName WEB = new WorkloadName("shop", "Deployment", "web");
  private static final ContainerResources SOME =
      new ContainerResources(ResourceList.of(500, 1 << 29), ResourceList.of(1000, 1 << 30));

  @TempDir private Path folder;

  private static Instant at(String time) {
    return Instant.parse("2026-06-15T%sZ".formatted(time));
  }

  private static LivePod pod(WorkloadName workload, String name, String started) {
    return new LivePod(
        workload,
        name,
        Optional.of(at(started)),
        true,
        List.of(new LivePod.Container("app", Role.MAIN, SOME, Optional.empty())));
  }

  private static PodSample sample(String pod, String time, long millicores, long bytes) {
    return new PodSample(
        "shop",
        pod,
        at(time),
        List.of(new Used("app", OptionalLong.of(millicores), OptionalLong.of(bytes))));
  }

  /** What a run does: know the pods, take samples, keep them. */
  private interface Run {
    void with(LiveSampler sampler) throws IOException;
  }

  private List<String> run(Run run) throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      LiveSampler sampler = new LiveSampler(checkpoints, Set.of());
      run.with(sampler);
      sampler.keep();
      return sampler.notes();
    }
  }

  private WorkloadHistory history(WorkloadName name, String to) throws IOException {
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      LiveSampler sampler = new LiveSampler(checkpoints, Set.of());
      return sampler.histories("shop", LiveUsage.Rules.NONE, at(to), 14).stream()
          .filter(h -> h.name().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private ContainerHistory app(String to) throws IOException {
    return history(WEB, to).containers().getFirst();
  }

  private static double last(double[] samples, int before) {
    return samples[samples.length - 1 - before];
  }

  @Test
  void meanOfCpuAndHighestMemoryOfThePodThatUsedMost() throws IOException {
    run(sampler -> {
      sampler.know(List.of(pod(WEB, "a", "08:00:00"), pod(WEB, "b", "08:00:00")), at("12:00:30"));
      sampler.take(
          List.of(sample("a", "12:00:30", 100, 700), sample("b", "12:00:20", 250, 300)),
          at("12:00:31"));
      sampler.take(
          List.of(sample("a", "12:01:30", 300, 500), sample("b", "12:01:20", 50, 400)),
          at("12:01:31"));
      sampler.take(List.of(sample("a", "12:05:00", 900, 100)), at("12:05:01"));
    });
    ContainerHistory app = app("12:06:00");
    assertThat(last(app.cpu(), 1)).isEqualTo(0.2f); // a: (100 + 300) / 2, b: 150
    assertThat(last(app.memory(), 1)).isEqualTo(700);
    assertThat(last(app.cpu(), 0)).isEqualTo(0.9f);
    assertThat(last(app.cpu(), 2)).isNaN();
    assertThat(app.cpu()).hasSize(14 * 288);
    assertThat(app.now()).contains(SOME);
    assertThat(history(WEB, "12:06:00").meanPods()).isEqualTo(1.5);
  }

  @Test
  void aSampleThatRepeatsCountsOnce() throws IOException {
    Run twice =
        sampler -> {
          sampler.know(List.of(pod(WEB, "a", "08:00:00")), at("12:01:00"));
          sampler.take(List.of(sample("a", "12:00:30", 100, 5)), at("12:01:00"));
          sampler.take(List.of(sample("a", "12:00:30", 100, 5)), at("12:02:00"));
          sampler.take(List.of(sample("a", "12:02:30", 400, 5)), at("12:03:00"));
          assertThat(sampler.samples()).isEqualTo(2);
        };
    run(twice);
    assertThat(last(app("12:04:00").cpu(), 0)).isEqualTo(0.25f);
    run(twice); // Another run that sees the same.
    assertThat(last(app("12:04:00").cpu(), 0)).isEqualTo(0.25f);
    assertThat(history(WEB, "12:04:00").meanPods()).isEqualTo(1);
  }

  @Test
  void runsGoOnFromOneAnother() throws IOException {
    for (int hour = 0; hour < 5; hour++) {
      Instant then = NOON.plus(Duration.ofHours(hour));
      long used = 100 + hour;
      run(sampler -> {
        sampler.know(List.of(pod(WEB, "a", "08:00:00")), then);
        sampler.take(
            List.of(
                new PodSample(
                    "shop",
                    "a",
                    then,
                    List.of(new Used("app", OptionalLong.of(used), OptionalLong.of(used))))),
            then);
      });
    }
    double[] memory = app("16:00:00").memory();
    for (int hour = 0; hour < 5; hour++) {
      assertThat(last(memory, 12 * (4 - hour))).isEqualTo(100 + hour);
    }
  }

  @Test
  void whatIsNoAmountIsAbsentAndSaid() throws IOException {
    List<String> notes =
        run(sampler -> {
          sampler.know(List.of(pod(WEB, "a", "08:00:00")), at("12:01:00"));
          sampler.take(
              List.of(
                  new PodSample(
                      "shop",
                      "a",
                      at("12:00:30"),
                      List.of(new Used("app", OptionalLong.empty(), OptionalLong.of(7))))),
              at("12:01:00"));
        });
    assertThat(notes).singleElement().asString().startsWith("1 amounts that are negative");
    assertThat(last(app("12:01:00").cpu(), 0)).isNaN();
    assertThat(last(app("12:01:00").memory(), 0)).isEqualTo(7);
  }

  @Test
  void whatIsOldOrToComeIsLeftOut() throws IOException {
    List<String> notes =
        run(sampler -> {
          sampler.know(List.of(pod(WEB, "a", "08:00:00")), at("12:10:00"));
          sampler.take(List.of(sample("a", "12:04:59", 1, 1)), at("12:10:00"));
          sampler.take(List.of(sample("a", "12:11:01", 1, 1)), at("12:10:00"));
          assertThat(sampler.samples()).isZero();
        });
    assertThat(notes).singleElement().asString().startsWith("2 samples were older than 5 min");
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(checkpoints.namespaces()).isEmpty();
    }
  }

  @Test
  void theFirstMinutesOfAPodAreItsStart() throws IOException {
    WorkloadName job = new WorkloadName("shop", "CronJob", "nightly");
    run(sampler -> {
      sampler.know(List.of(pod(WEB, "a", "11:55:00"), pod(job, "j", "11:55:00")), at("12:00:00"));
      sampler.take(
          List.of(sample("a", "12:00:00", 3000, 9), sample("j", "12:00:00", 2000, 9)),
          at("12:00:10"));
      sampler.take(List.of(sample("a", "12:05:00", 400, 9)), at("12:05:10"));
    });
    ContainerHistory app = app("12:05:10");
    assertThat(last(app.cpu(), 1)).isNaN();
    assertThat(last(app.memory(), 1)).isEqualTo(9);
    assertThat(app.startUpCores()).isEqualTo(OptionalDouble.of(3));
    assertThat(last(app.cpu(), 0)).isEqualTo(0.4f);
    ContainerHistory run = history(job, "12:05:10").containers().getFirst();
    assertThat(last(run.cpu(), 1)).as("a run has nothing but its start").isEqualTo(2);
  }

  /** A pod of a StatefulSet comes back under its name, and its samples do not say which it is. */
  @Test
  void theFirstMinutesOfASuccessorOfTheSameNameAreAStartToo() throws IOException {
    run(sampler -> {
      sampler.know(List.of(pod(WEB, "a", "08:00:00")), at("12:00:10"));
      sampler.take(List.of(sample("a", "12:00:10", 100, 9)), at("12:00:20"));
      sampler.take(List.of(sample("a", "12:05:30", 100, 9)), at("12:05:40"));
      sampler.take(List.of(sample("a", "12:07:30", 4000, 9)), at("12:07:40"));
      sampler.know(List.of(pod(WEB, "a", "12:06:40")), at("12:10:10"));
      sampler.take(List.of(sample("a", "12:17:30", 200, 9)), at("12:17:40"));
    });
    ContainerHistory app = app("12:17:40");
    assertThat(last(app.cpu(), 3)).as("before it was gone").isEqualTo(0.1f);
    assertThat(last(app.cpu(), 2)).as("partly a start").isNaN();
    assertThat(last(app.cpu(), 0)).as("after ten minutes").isEqualTo(0.2f);
    assertThat(app.startUpCores()).isPresent();
  }

  /** Each run of a pipeline is a pod of its own. */
  @Test
  void barePodsThatAreOverMakeRoomForOthers() throws IOException {
    int most = NamespaceUsage.MOST_CONTAINERS;
    run(sampler -> {
      for (int minute = 0; minute < 20; minute += 10) {
        List<LivePod> pods = new ArrayList<>(List.of(pod(WEB, "a", "08:00:00")));
        List<PodSample> samples = new ArrayList<>();
        String time = "12:%02d:10".formatted(minute);
        samples.add(sample("a", time, 100, 9));
        for (int i = 0; i < most / 2 + 100; i++) {
          String name = "ci-%d-%d".formatted(minute, i);
          pods.add(pod(new WorkloadName("shop", "Pod", name), name, time));
          samples.add(sample(name, time, 100, 9));
        }
        sampler.know(pods, at(time));
        sampler.take(samples, at(time));
      }
    });
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      NamespaceUsage kept = checkpoints.read("shop");
      assertThat(kept.containers()).isEqualTo(most);
      assertThat(kept.workloads)
          .containsKey(new NamespaceUsage.Owner("Deployment", "web"))
          .containsKey(new NamespaceUsage.Owner("Pod", "ci-10-0"));
    }
  }

  @Test
  void aNamespaceThatIsTooLargeDoesNotTakeTheOthersWithIt() throws IOException {
    List<String> notes =
        run(sampler -> {
          List<LivePod> pods = new ArrayList<>();
          List<PodSample> samples = new ArrayList<>();
          for (int i = 0; i <= NamespaceUsage.MOST_CONTAINERS; i++) {
            pods.add(pod(new WorkloadName("crowd", "Deployment", "d" + i), "p" + i, "08:00:00"));
            samples.add(
                new PodSample(
                    "crowd", "p" + i, at("12:00:10"), sample("", "12:00:10", 1, 1).containers()));
          }
          pods.add(pod(WEB, "a", "08:00:00"));
          samples.add(sample("a", "12:00:10", 100, 9));
          sampler.know(pods, at("12:00:10"));
          sampler.take(samples, at("12:00:10"));
        });
    assertThat(notes).singleElement().asString().contains("crowd has more than 2,000 containers");
    assertThat(last(app("12:00:10").cpu(), 0)).isEqualTo(0.1f);
  }

  @Test
  void eachKillCountsOnce() throws IOException {
    for (String killed : List.of("12:00:10", "12:00:10", "12:07:00")) {
      LivePod pod =
          new LivePod(
              WEB,
              "a",
              Optional.of(at("08:00:00")),
              true,
              List.of(new LivePod.Container("app", Role.MAIN, SOME, Optional.of(at(killed)))));
      run(sampler -> {
        sampler.know(List.of(pod), at("12:08:00"));
        sampler.take(List.of(sample("a", "12:07:50", 1, 1)), at("12:08:00"));
      });
    }
    assertThat(app("12:08:00").oomKills()).isEqualTo(new OomKills(2, 1 << 30, 14 * 288 - 1));
  }

  @Test
  void podsThatAreGoneAreStillPaidFor() throws IOException {
    WorkloadName job = new WorkloadName("shop", "CronJob", "nightly");
    run(sampler -> {
      sampler.know(List.of(pod(job, "j", "11:55:00")), at("12:00:00"));
      sampler.take(List.of(sample("j", "12:00:00", 2000, 9)), at("12:00:10"));
    });
    run(sampler -> {
      sampler.know(List.of(), at("12:06:00"));
      sampler.take(List.of(), at("12:06:00"));
    });
    WorkloadHistory nightly = history(job, "12:06:00");
    assertThat(nightly.pods()).isZero();
    assertThat(nightly.meanPods()).isEqualTo(0.5);
    assertThat(nightly.containers().getFirst().now()).contains(SOME);
  }

  @Test
  void anAnswerWithoutPodsThatRunIsNoKnowledge() throws IOException {
    run(sampler -> {
      sampler.know(List.of(pod(WEB, "a", "08:00:00")), at("12:00:00"));
      sampler.take(List.of(sample("a", "12:00:00", 1, 1)), at("12:00:10"));
      sampler.take(List.of(), at("12:06:00")); // metrics-server has just been restarted.
    });
    assertThat(history(WEB, "12:06:00").meanPods()).isEqualTo(1);
  }

  /** A run of one sample, while the clocks of this machine and of the cluster say so. */
  private List<String> runAt(Instant now, long bytes) throws IOException {
    return run(sampler -> {
      sampler.know(List.of(pod(WEB, "a", "08:00:00")), now);
      sampler.take(
          List.of(
              new PodSample(
                  "shop",
                  "a",
                  now,
                  List.of(new Used("app", OptionalLong.of(1), OptionalLong.of(bytes))))),
          now.plusSeconds(10));
    });
  }

  @Test
  void aClockThatWasAheadForAWhileCostsThatWhile() throws IOException {
    runAt(at("12:00:00"), 7);
    assertThat(runAt(at("22:00:00"), 8)).isEmpty();
    assertThat(runAt(at("12:05:00"), 9))
        .containsExactly(
            "shop had usage up to 2026-06-15T22:05:00Z, which is still to come, and which was"
                + " dropped: a copy is shop.usage.aside-1");
    double[] memory = app("23:00:00").memory();
    assertThat(Arrays.stream(memory).filter(v -> v == v).toArray()).containsExactly(7, 9);
    assertThat(runAt(at("12:10:00"), 10))
        .as("once")
        .containsExactly(
            "shop.usage.aside-1 was put aside by an earlier run: remove it when nobody misses it");
    Files.delete(folder.resolve("shop.usage"));
    Files.move(folder.resolve("shop.usage.aside-1"), folder.resolve("shop.usage"));
    assertThat(Arrays.stream(app("23:00:00").memory()).filter(v -> v == v).toArray())
        .containsExactly(7, 8);
  }

  @Test
  void aClockThatWasAheadByMoreThanIsKeptLosesNothing() throws IOException {
    runAt(NOON, 7);
    Instant ahead = NOON.plus(Duration.ofDays(400));
    assertThat(runAt(ahead, 8))
        .containsExactly(
            "all that was kept of shop is of before 2026-06-15T12:05:00Z, older than 14 days, and"
                + " was forgotten: a copy is shop.usage.aside-1");
    assertThat(runAt(at("12:05:00"), 9))
        .contains(
            "shop had usage up to %s, which is still to come, and which was dropped: a copy is"
                    .formatted(ahead.plusSeconds(300))
                + " shop.usage.aside-2");
    assertThat(runAt(at("12:10:00"), 10)).hasSize(2);
    assertThat(Arrays.stream(app("12:15:00").memory()).filter(v -> v == v).toArray())
        .containsExactly(9, 10);
    Files.move(
        folder.resolve("shop.usage.aside-1"),
        folder.resolve("shop.usage"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(last(app("12:00:00").memory(), 0)).isEqualTo(7);
  }

  @Test
  void whereNothingRunsNoClockIsKnownToBeRight() throws IOException {
    runAt(at("22:00:00"), 8);
    List<String> notes =
        run(sampler -> {
          sampler.know(List.of(), at("12:00:00"));
          sampler.take(List.of(), at("12:00:10"));
        });
    assertThat(notes)
        .containsExactly(
            "shop has usage that is still to come, and no pod runs that would tell the time");
    assertThat(last(app("22:00:10").memory(), 0)).isEqualTo(8);
  }

  @Test
  void aKillThatIsStillToComeIsOfTheEndOfWhatIsKept() throws IOException {
    LivePod killed =
        new LivePod(
            WEB,
            "a",
            Optional.of(at("08:00:00")),
            true,
            List.of(new LivePod.Container("app", Role.MAIN, SOME, Optional.of(at("21:58:00")))));
    runAt(NOON, 7);
    run(sampler -> {
      sampler.know(List.of(killed), at("22:00:00"));
      sampler.take(List.of(sample("a", "22:00:00", 1, 8)), at("22:00:10"));
    });
    runAt(at("12:05:00"), 9);
    assertThat(app("12:10:00").oomKills().count()).isEqualTo(1);
    assertThat(app("12:10:00").oomKills().lastSample()).isEqualTo(14 * 288 - 2);
  }

  @Test
  void oneDamagedFileCostsItsNamespaceAlone() throws IOException {
    WorkloadName blog = new WorkloadName("blog", "Deployment", "blog");
    Run both =
        sampler -> {
          sampler.know(
              List.of(pod(WEB, "a", "08:00:00"), pod(blog, "b", "08:00:00")), at("12:05:00"));
          sampler.take(
              List.of(
                  sample("a", "12:05:00", 1, 7),
                  new PodSample(
                      "blog",
                      "b",
                      at("12:05:00"),
                      List.of(new Used("app", OptionalLong.of(1), OptionalLong.of(8))))),
              at("12:05:10"));
        };
    runAt(NOON, 6);
    Files.writeString(folder.resolve("blog.usage"), "damaged");
    assertThat(run(both))
        .containsExactly(
            "blog.usage is damaged (Not in GZIP format): it was moved to blog.usage.aside-1, and the"
                + " history of blog begins anew");
    assertThat(Arrays.stream(app("12:05:00").memory()).filter(v -> v == v).toArray())
        .containsExactly(6, 7);
    try (UsageCheckpoints checkpoints = UsageCheckpoints.open(folder, 14)) {
      assertThat(checkpoints.read("blog").containers()).isEqualTo(1);
    }
  }
}
