package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetRef;
import dev.almanac.predictor.scaling.hpa.Pod.Container;
import dev.almanac.predictor.scaling.hpa.Pod.Kind;
import dev.almanac.predictor.scaling.hpa.Pod.Phase;
import dev.almanac.predictor.scaling.hpa.Pod.Ready;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PodViewTest {
  private static final TargetRef TARGET = TargetRef.deployment("shop", "web");
  private static final LabelSelector WEB = LabelSelector.parse("app=web");
  private static final long CREATED = 1_000_000;

  private final AtomicLong nanos = new AtomicLong();
  private final PodView view = new PodView(nanos::get);
  private long version = 1;

  /** A pod of {@code web} that is Ready so many seconds after its creation; negative = not. */
  private Pod pod(String uid, long readyAfter) {
    return pod(uid, readyAfter, 0);
  }

  private Pod pod(String uid, long readyAfter, int restarts) {
    return pod(
        uid,
        OptionalLong.of(CREATED),
        OptionalLong.of(CREATED + 1),
        readyAfter < 0 ? OptionalLong.empty() : OptionalLong.of(CREATED + readyAfter),
        restarts,
        false);
  }

  private Pod pod(
      String uid,
      OptionalLong created,
      OptionalLong started,
      OptionalLong readySince,
      int restarts,
      boolean ending) {
    return scheduled(uid, created, started, readySince, restarts, ending, created, false);
  }

  private Pod scheduled(
      String uid,
      OptionalLong created,
      OptionalLong started,
      OptionalLong readySince,
      int restarts,
      boolean ending,
      OptionalLong scheduled,
      boolean unschedulable) {
    return new Pod(
        uid,
        "shop",
        "web-" + uid,
        Long.toString(++version),
        Map.of("app", "web"),
        new PodShape(List.of(new Container("main", Kind.MAIN, Map.of("cpu", 100L))), Map.of()),
        started.isPresent() ? Phase.RUNNING : Phase.PENDING,
        readySince.isPresent() ? Ready.TRUE : Ready.FALSE,
        readySince,
        created,
        started,
        scheduled,
        unschedulable,
        restarts,
        ending);
  }

  private StartUpTimes times() {
    return view.startUpTimes(TARGET, WEB);
  }

  private static StartUpTimes all(int samples, long seconds) {
    return new StartUpTimes(samples, Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
  }

  @Test
  void measuresTheFirstTimeThatAPodBecomesReady() {
    assertThat(times()).isEqualTo(StartUpTimes.none());
    view.present(pod("a", -1), false);
    view.present(pod("a", 42), false);
    assertThat(times()).isEqualTo(all(1, 42));
    view.present(pod("a", -1), false); // loses readiness
    view.present(pod("a", 5000), false); // and has it again
    assertThat(times()).isEqualTo(all(1, 42));
  }

  @Test
  void restartsDuringTheStartBelongToIt() {
    view.present(pod("a", -1), false);
    view.present(pod("a", -1, 3), false);
    view.present(pod("a", 300, 3), false);
    assertThat(times()).isEqualTo(all(1, 300));
  }

  @Test
  void aPodThatIsReadyWhenFirstSeenCountsIfItCannotHaveFlapped() {
    view.present(pod("plain", 20), true);
    view.present(pod("restarted", 900, 1), true);
    view.present(pod("old-and-flapped", 40_000), true);
    view.present(pod("clock-behind", 0), true); // Ready before its start: another clock, or wrong
    assertThat(times()).isEqualTo(all(1, 20));
    // Not Ready in the list: it may have been before.
    view.present(pod("flapping", -1, 1), true);
    view.present(pod("flapping", 700, 1), false);
    assertThat(times()).isEqualTo(all(1, 20));
  }

  @Test
  void whatTookTooLongOrNoTimeAtAllIsNotCounted() {
    view.present(pod("quota", -1), false);
    view.present(pod("quota", PodView.LONGEST.toSeconds() + 1), false);
    Pod backwards = pod("backwards", -1);
    view.present(backwards, false);
    view.present(
        pod(
            "backwards",
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED - 9),
            OptionalLong.of(CREATED - 5),
            0,
            false),
        false);
    view.present(
        pod(
            "undated",
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.of(CREATED),
            0,
            false),
        true);
    assertThat(times()).isEqualTo(StartUpTimes.none());
  }

  @Test
  void onlyPodsOfTheNamespaceThatTheSelectorMatchesCount() {
    view.present(pod("a", 30), true);
    assertThat(
            view.startUpTimes(TargetRef.deployment("shop", "api"), LabelSelector.parse("app=api"))
                .samples())
        .isZero();
    assertThat(view.startUpTimes(TargetRef.deployment("yard", "web"), WEB).samples()).isZero();
    assertThat(
            view.startUpTimes(TargetRef.deployment("shop", "none"), LabelSelector.NOTHING)
                .samples())
        .isZero();
    assertThat(times().samples()).isEqualTo(1);
    assertThat(view.ready("shop", WEB)).isEqualTo(1);
    assertThat(view.ready("yard", WEB)).isZero();
  }

  @Test
  void aWorkloadAskedForLaterFindsThePodsThatAreThereAndNoneTwice() {
    view.present(pod("a", 30), true);
    view.present(pod("b", -1), false);
    assertThat(times()).isEqualTo(all(1, 30));
    view.present(pod("b", 30), false);
    view.present(pod("b", 30), false);
    view.present(pod("b", 30), true); // listed again
    assertThat(times()).isEqualTo(all(2, 30));
  }

  @Test
  void samplesOutliveTheirPodsAndTheMemoryOfPodsDoesNot() {
    times();
    for (int i = 0; i < 1000; i++) {
      view.present(pod("p" + i, -1), false);
      Pod ready = pod("p" + i, 60);
      view.present(ready, false);
      view.deleted(ready);
    }
    assertThat(view.size()).isZero();
    assertThat(times()).isEqualTo(all(StartUps.KEPT, 60));
  }

  @Test
  void aListRemovesWhatIsGoneAndKeepsWhatIsNewerThanItself() {
    view.present(pod("gone", 10), false); // version 2
    view.present(pod("kept", 10), false);
    view.present(pod("newer", 10), false); // version 4
    view.listed(Set.of("kept"), "3");
    assertThat(view.size()).isEqualTo(2);
  }

  @Test
  void anOlderStateDoesNotReplaceANewerOne() {
    Pod old = pod("a", -1);
    view.present(pod("a", 10), false);
    view.present(old, true);
    assertThat(view.ready("shop", WEB)).isEqualTo(1);
  }

  @Test
  void aWorkloadThatNobodyAsksAboutIsForgotten() {
    view.present(pod("a", -1), false);
    view.present(pod("a", 10), false);
    assertThat(times().samples()).isEqualTo(1);
    nanos.addAndGet(Duration.ofMinutes(61).toNanos());
    view.listed(Set.of(), Long.toString(version));
    assertThat(times()).isEqualTo(StartUpTimes.none()); // begun anew, with no pod left to look at
  }

  @Test
  void podsThatEndDoNotServe() {
    view.present(
        pod(
            "a",
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED + 5),
            0,
            true),
        true);
    assertThat(view.ready("shop", WEB)).isZero();
  }

  @Test
  void aPodThatHadToWaitForANodeIsCountedApart() {
    OptionalLong created = OptionalLong.of(CREATED);
    OptionalLong none = OptionalLong.empty();
    times();
    // The scheduler has said that there is no room.
    view.present(scheduled("a", created, none, none, 0, false, none, true), false);
    view.present(
        scheduled("a", created, created, OptionalLong.of(CREATED + 90), 0, false, created, false),
        false);
    // It was there before us, and was given a node late.
    view.present(
        scheduled(
            "b",
            created,
            OptionalLong.of(CREATED + 60),
            OptionalLong.of(CREATED + 80),
            0,
            false,
            OptionalLong.of(CREATED + PodView.LONGEST_SCHEDULING.toSeconds()),
            false),
        true);
    // A node was there at once.
    view.present(pod("c", 20), true);
    assertThat(times().onNewNodes()).isEqualTo(new StartUpTimes.OnNodes(2, Duration.ofSeconds(90)));
    assertThat(times().onRunningNodes())
        .isEqualTo(new StartUpTimes.OnNodes(1, Duration.ofSeconds(20)));
    assertThat(times().p90()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void tellsThePodsAsTheReactiveRuleKnowsThem() {
    view.present(pod("b", 30), true);
    view.present(pod("a", -1), true);
    assertThat(view.pods("shop", WEB))
        .extracting(p -> p.name() + " " + p.phase() + " " + p.ready() + " " + p.readySince())
        .containsExactly(
            "web-a RUNNING FALSE 1970-01-01T00:00:00Z", "web-b RUNNING TRUE 1970-01-12T13:47:10Z");
    assertThat(view.pods("shop", WEB).getFirst().containers())
        .containsExactly(new Container("main", Kind.MAIN, Map.of("cpu", 100L)));
    assertThat(view.pods("shop", LabelSelector.parse("app=api"))).isEmpty();
    assertThat(view.pods("yard", WEB)).isEmpty();
  }

  @Test
  void countsThePodsThatFindNoNode() {
    var none = OptionalLong.empty();
    var created = OptionalLong.of(CREATED);
    LabelSelector web = LabelSelector.parse("app=web");
    view.present(scheduled("a", created, none, none, 0, false, none, true), false);
    view.present(scheduled("b", created, none, none, 0, true, none, true), false);
    view.present(scheduled("c", created, none, none, 0, false, created, false), false);
    assertThat(view.unschedulable("shop", web)).isEqualTo(1);
    assertThat(view.unschedulable("shop", LabelSelector.parse("app=db"))).isZero();
    assertThat(view.unschedulable("elsewhere", web)).isZero();
  }
}
