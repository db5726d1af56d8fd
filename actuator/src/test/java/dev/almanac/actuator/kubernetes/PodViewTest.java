package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.StartUpTimes;
import dev.almanac.predictor.cluster.TargetRef;
import java.time.Duration;
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
    return new Pod(
        uid,
        "shop",
        Long.toString(++version),
        Map.of("app", "web"),
        OptionalLong.of(CREATED),
        OptionalLong.of(CREATED + 1),
        readyAfter < 0 ? OptionalLong.empty() : OptionalLong.of(CREATED + readyAfter),
        restarts,
        false);
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
        new Pod(
            "backwards",
            "shop",
            Long.toString(++version),
            Map.of("app", "web"),
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED - 9),
            OptionalLong.of(CREATED - 5),
            0,
            false),
        false);
    view.present(
        new Pod(
            "undated",
            "shop",
            Long.toString(++version),
            Map.of("app", "web"),
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
        new Pod(
            "a",
            "shop",
            "9",
            Map.of("app", "web"),
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED),
            OptionalLong.of(CREATED + 5),
            0,
            true),
        true);
    assertThat(view.ready("shop", WEB)).isZero();
  }
}
