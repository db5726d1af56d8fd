package dev.almanac.predictor.scaling;

import static dev.almanac.predictor.scaling.Observations.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.Surroundings;
import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.Decision.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Each guard, by what becomes of a move that it must stop and of one that it must not. One replica
 * serves 100. {@link #RISE} asks 10 replicas to become 15, {@link #FALL} asks them to become 8.
 */
class GuardStageTest {
  private static final ScalingPolicy POLICY = ScalingPolicy.of(2, 50, Stage.FLOOR, 100);
  private static final double RISE = 1000;
  private static final double FALL = 100;

  private final Autoscaler autoscaler = new Autoscaler();

  // ---- evidence

  @Test
  void aClockThatDisagreesForbidsAFallAndNoRise() {
    var ahead = Observations.START.plusSeconds(600);
    assertThat(fall(POLICY, falling().reading(new Reading.Skewed(FALL, ahead))))
        .isEqualTo(Decision.of(10, ReasonCode.CLOCK_SKEW, StageName.GUARDS));
    assertThat(rise(POLICY, replicas(10).reading(new Reading.Skewed(RISE, ahead))).proposed())
        .isEqualTo(15);
  }

  @Test
  void demandThatMultipliesIsCutForAMinuteAndThenBelieved() {
    AutoscalerState state =
        autoscaler.step(POLICY, replicas(10).demand(700).build(), AutoscalerState.cold()).next();
    List<Integer> sizes = new ArrayList<>();
    for (int s = 15; s <= 90; s += 15) {
      Observation spike =
          replicas(10).at(Duration.ofSeconds(s)).demand(70_000).forecast(POLICY, 1).build();
      Step step = autoscaler.step(new Policies(POLICY).caps(WIDE), spike, state);
      assertThat(step.decision().reason()).isNotEqualTo(ReasonCode.STEP_CAP_UP);
      double believed = step.next().guards().plausible().orElseThrow();
      assertThat(believed).as("after %d s", s).isEqualTo(s < 75 ? 700 : 70_000);
      sizes.add(step.decision().proposed());
      state = step.next();
    }
    // 4 x 10 x 100 at 70 % of 100 asks for 58, of which one sync allows 20; no more than bounds.
    assertThat(sizes).containsOnly(20);
  }

  @Test
  void aSpikeThatGoesAgainLeavesNoTrace() {
    AutoscalerState state =
        autoscaler.step(POLICY, replicas(10).demand(700).build(), AutoscalerState.cold()).next();
    state = next(state, 15, 70_000);
    assertThat(state.guards().doubt())
        .contains(new GuardMemory.Doubt(Observations.START.plusSeconds(15), 4_000));
    state = next(state, 30, 690);
    assertThat(state.guards().doubt()).isEmpty();
    assertThat(state.guards().plausible()).hasValue(690);
  }

  @Test
  void whatAllPodsCanServeFourfoldIsNeverDoubted() {
    AutoscalerState state =
        autoscaler.step(POLICY, replicas(10).demand(1).build(), AutoscalerState.cold()).next();
    assertThat(next(state, 15, 4_000).guards().doubt()).isEmpty();
    assertThat(next(state, 15, 4_001).guards().doubt()).isPresent();
  }

  private AutoscalerState next(AutoscalerState state, int seconds, double demand) {
    return autoscaler
        .step(POLICY, replicas(10).at(Duration.ofSeconds(seconds)).demand(demand).build(), state)
        .next();
  }

  @Test
  void demandOfTooFewPodsForbidsAFallAndNoRise() {
    ScalingPolicy policy = POLICY.withGuards(Guards.NONE.withLeastCoverage(0.9));
    Observations nine = falling().signals(pods(new Reading.Present(9, Observations.START)));
    Observations eight = falling().signals(pods(new Reading.Present(8.9, Observations.START)));
    Observations unknown = falling().signals(pods(new Reading.NoData("gone")));
    Observations old = falling().signals(pods(new Reading.Stale(10, Observations.START)));
    Observations part = falling().signals(pods(new Reading.Partial(9, Observations.START, "w")));
    assertThat(fall(policy, nine).proposed()).isLessThan(10);
    assertThat(fall(policy, part).proposed()).isLessThan(10);
    for (Observations low : List.of(eight, unknown, old, falling())) {
      assertThat(fall(policy, low))
          .isEqualTo(Decision.of(10, ReasonCode.LOW_COVERAGE, StageName.GUARDS));
    }
    assertThat(rise(policy, replicas(10).demand(RISE)).proposed()).isEqualTo(15);
  }

  @Test
  void aVetoAboveItsThresholdOrUnreadForbidsAFallAndNoRise() {
    ScalingPolicy policy =
        POLICY.withGuards(
            Guards.NONE.with(
                List.of(new Guards.Veto("errors", 0.05), new Guards.Veto("p99", 0.5))));
    Reading fine = new Reading.Present(0.05, Observations.START);
    Reading bad = new Reading.Present(0.051, Observations.START);
    Reading slow = new Reading.Present(0.6, Observations.START);
    Reading none = new Reading.NoData("gone");
    Reading old = new Reading.Stale(0, Observations.START);
    assertThat(fall(policy, falling().signals(vetoes(fine, fine))).proposed()).isLessThan(10);
    for (Signals veto :
        List.of(
            vetoes(bad, fine),
            vetoes(fine, slow),
            vetoes(fine, none),
            vetoes(old, fine),
            vetoes(fine))) {
      assertThat(fall(policy, falling().signals(veto)))
          .isEqualTo(Decision.of(10, ReasonCode.DOWN_VETOED, StageName.GUARDS));
    }
    assertThat(rise(policy, replicas(10).demand(RISE).signals(vetoes(bad, slow))).proposed())
        .isEqualTo(15);
  }

  // ---- rollout, direction

  @Test
  void aRolloutForbidsAFallAndNoRise() {
    assertThat(fall(POLICY, falling().rollout()))
        .isEqualTo(Decision.of(10, ReasonCode.ROLLOUT, StageName.GUARDS));
    assertThat(rise(POLICY, replicas(10).demand(RISE).rollout()).proposed()).isEqualTo(15);
  }

  @Test
  void surgePodsAreNoDemand() {
    assertThat(rise(POLICY, replicas(10).demand(700).pods(13, 8).rollout()))
        .isEqualTo(Decision.of(10, ReasonCode.STEADY, StageName.REACTIVE));
  }

  @Test
  void aLockedDirectionIsClosed() {
    ScalingPolicy up = POLICY.withGuards(Guards.NONE.with(Guards.Direction.UP_ONLY));
    ScalingPolicy down = POLICY.withGuards(Guards.NONE.with(Guards.Direction.DOWN_ONLY));
    assertThat(fall(up, falling()))
        .isEqualTo(Decision.of(10, ReasonCode.DIRECTION_LOCK, StageName.GUARDS));
    assertThat(rise(up, replicas(10).demand(RISE)).proposed()).isEqualTo(15);
    assertThat(rise(down, replicas(10).demand(RISE)))
        .isEqualTo(Decision.of(10, ReasonCode.DIRECTION_LOCK, StageName.GUARDS));
    assertThat(fall(down, falling()).proposed()).isLessThan(10);
    // Bounds are no move of ours: what is outside them is wrong in any direction.
    assertThat(rise(down, replicas(1).demand(700)).proposed()).isEqualTo(2);
    assertThat(rise(up, replicas(60).demand(4_900)).proposed()).isEqualTo(50);
  }

  // ---- capacity

  @Test
  void podsThatFindNoNodeForAQuarterOfAnHourStopRisesAndNotFalls() {
    AutoscalerState state = AutoscalerState.cold();
    for (int minute = 0; minute <= 20; minute++) {
      Observations o =
          replicas(20)
              .at(Duration.ofMinutes(minute))
              .demand(2_000)
              .pods(20, 8)
              .surroundings(Surroundings.none().withUnschedulable(12));
      Step step = autoscaler.step(POLICY, o.build(), state);
      if (minute < 15) {
        assertThat(step.decision().proposed()).as("minute %d", minute).isGreaterThan(20);
      } else {
        assertThat(step.decision())
            .isEqualTo(Decision.of(20, ReasonCode.CAPACITY_BLOCKED, StageName.GUARDS));
      }
      state = step.next();
    }
    Observations less =
        replicas(20).at(Duration.ofMinutes(21)).pods(20, 8).demand(300).forecast(POLICY, 300);
    assertThat(
            autoscaler
                .step(POLICY.withStage(Stage.FULL), less.build(), patient(state))
                .decision()
                .proposed())
        .isEqualTo(15);
  }

  @Test
  void everyFurtherReadyPodIsProgress() {
    AutoscalerState state = AutoscalerState.cold();
    for (int minute = 0; minute <= 40; minute++) {
      int ready = 4 + minute / 14;
      Observations o = replicas(20).at(Duration.ofMinutes(minute)).demand(2_000).pods(20, ready);
      Step step = autoscaler.step(POLICY, o.build(), state);
      assertThat(step.decision().proposed()).as("minute %d", minute).isGreaterThan(20);
      state = step.next();
    }
  }

  @Test
  void podsThatDieAsSoonAsTheyAreReadyAreAStall() {
    AutoscalerState state = AutoscalerState.cold();
    Decision last = null;
    for (int minute = 0; minute <= 20; minute++) {
      int ready = minute % 2 == 0 ? 0 : 5;
      Observations o = replicas(20).at(Duration.ofMinutes(minute)).demand(2_000).pods(20, ready);
      Step step = autoscaler.step(POLICY, o.build(), state);
      state = step.next();
      last = step.decision();
    }
    assertThat(last).isEqualTo(Decision.of(20, ReasonCode.PODS_NOT_READY, StageName.GUARDS));
  }

  @Test
  void onePodOfManyThatNeverComesStopsNothing() {
    AutoscalerState state = AutoscalerState.cold();
    for (int minute = 0; minute <= 40; minute++) {
      Observations o = replicas(20).at(Duration.ofMinutes(minute)).demand(2_000).pods(20, 18);
      Step step = autoscaler.step(POLICY, o.build(), state);
      assertThat(step.decision().proposed()).isGreaterThan(20);
      state = step.next();
    }
  }

  @Test
  void aQuotaLetsRisesGoAsFarAsItAdmitsPods() {
    Observations three = replicas(10).demand(RISE).surroundings(quota(3));
    Observations full = replicas(10).demand(RISE).surroundings(quota(0));
    Observations surge = replicas(10).demand(RISE).pods(12, 10).surroundings(quota(1));
    Observations wide = replicas(10).demand(RISE).surroundings(quota(5));
    assertThat(rise(POLICY, three)).isEqualTo(Decision.of(13, ReasonCode.QUOTA, StageName.GUARDS));
    assertThat(rise(POLICY, full)).isEqualTo(Decision.of(10, ReasonCode.QUOTA, StageName.GUARDS));
    assertThat(rise(POLICY, surge).proposed()).isEqualTo(13);
    assertThat(rise(POLICY, wide))
        .isEqualTo(Decision.of(15, ReasonCode.REACTIVE, StageName.REACTIVE));
    assertThat(fall(POLICY, falling().surroundings(quota(0))).proposed()).isLessThan(10);
  }

  // ---- step caps

  private static final StepCaps WIDE = new StepCaps(Duration.ofSeconds(1), 1_000, 100, 1);
  private static final StepCaps NARROW = new StepCaps(Duration.ofMinutes(1), 4, 0, .25);

  @Test
  void aWindowRisesByTheCapFromItsSmallestSize() {
    assertThat(lives(new Policies(POLICY).caps(NARROW), 10, 5_000, 6))
        .containsExactly(14, 14, 14, 14, 14, 18);
  }

  @Test
  void aWindowFallsByTheCapFromItsLargestSize() {
    ScalingPolicy policy = new Policies(POLICY.withStage(Stage.FULL)).caps(NARROW);
    // Four decisions rose from 10 to 40 by hand; of 40 a quarter may go in a minute.
    AutoscalerState state = AutoscalerState.cold();
    int size = 10;
    List<Integer> seen = new ArrayList<>();
    for (int tick = 0; tick < 22; tick++) {
      size = tick == 10 ? 40 : size;
      Observations o = replicas(size).at(Duration.ofSeconds(15L * tick)).demand(100);
      Step step = autoscaler.step(policy, o.forecast(policy, 100, 100, 100).build(), state);
      size = step.decision().replicasOr(size);
      seen.add(size);
      state = step.next();
    }
    assertThat(seen.subList(10, 22)).allMatch(n -> n >= 18).contains(30);
    for (int i = 14; i < 22; i++) {
      assertThat(seen.get(i)).isGreaterThanOrEqualTo((int) (seen.get(i - 4) * 0.75));
    }
  }

  private List<Integer> lives(ScalingPolicy policy, int first, double demand, int ticks) {
    AutoscalerState state = AutoscalerState.cold();
    int size = first;
    List<Integer> seen = new ArrayList<>();
    for (int tick = 0; tick < ticks; tick++) {
      Observations o = replicas(size).at(Duration.ofSeconds(15L * tick)).demand(demand);
      double[] path = new double[11];
      java.util.Arrays.fill(path, demand);
      Step step = autoscaler.step(policy, o.forecast(policy, path).build(), state);
      size = step.decision().proposed();
      seen.add(size);
      state = step.next();
    }
    return seen;
  }

  // ---- other writers

  @Test
  void anotherAutoscalerOnTheTargetStopsOurs() {
    Surroundings beside = Surroundings.none().withOtherScaler("HorizontalPodAutoscaler web");
    Decision d = rise(POLICY, replicas(10).demand(RISE).surroundings(beside));
    assertThat(d.answer()).isEqualTo(new Answer.Hold());
    assertThat(d.reason()).isEqualTo(ReasonCode.CONFLICT);
    assertThat(rise(POLICY, replicas(10).demand(RISE)).proposed()).isEqualTo(15);
  }

  @Test
  void whoWritesNothingIsInNobodysWay() {
    Surroundings beside = Surroundings.none().withOtherScaler("HorizontalPodAutoscaler web");
    Observations o = replicas(10).demand(RISE).surroundings(beside);
    assertThat(rise(POLICY.withStage(Stage.SHADOW), o).reason()).isEqualTo(ReasonCode.SHADOW);
  }

  @Test
  void oneForeignChangeIsAPersonAtWorkAndTwoAreAFight() {
    World world = new World(10);
    world.tick(0);
    world.set(12, "kubectl");
    assertThat(world.tick(1).answer()).isInstanceOf(Answer.Replicas.class);
    world.set(10, "argocd-controller");
    Decision stopped = world.tick(2);
    assertThat(stopped.answer()).isEqualTo(new Answer.Hold());
    assertThat(stopped.reason()).isEqualTo(ReasonCode.CONFLICT);
    assertThat(world.words).anyMatch(text -> text.contains("argocd-controller"));
    for (int minute = 3; minute < 12; minute++) {
      assertThat(world.tick(minute).reason()).isEqualTo(ReasonCode.CONFLICT);
    }
    assertThat(world.tick(12).answer()).isInstanceOf(Answer.Replicas.class);
  }

  @Test
  void againstAToolThatRevertsEveryWriteOursAreAtMostSixInAnyHour() {
    World world = new World(10);
    List<Integer> writes = new ArrayList<>();
    for (int minute = 0; minute < 600; minute++) {
      int before = world.size;
      world.tick(minute);
      if (world.size != before) {
        writes.add(minute);
        world.set(10, "kustomize-controller");
      }
    }
    assertThat(writes).hasSizeGreaterThan(6);
    for (int from = 0; from < 540; from++) {
      int hour = from;
      assertThat(writes.stream().filter(m -> m >= hour && m < hour + 60).count())
          .isLessThanOrEqualTo(6);
    }
  }

  @Test
  void writesWhoseTimeNobodyKnowsAreCountedOnceEach() {
    World world = new World(10);
    world.tick(0);
    world.setByScale(10, "kubectl");
    assertThat(world.tick(1).answer()).isInstanceOf(Answer.Replicas.class);
    assertThat(world.state.guards().foreignWrites()).hasSize(1);
    world.tick(2); // ours stands
    assertThat(world.state.guards().foreignWrites()).hasSize(1);
    world.setByScale(10, "kubectl");
    assertThat(world.tick(3).reason()).isEqualTo(ReasonCode.CONFLICT);
    world.tick(4);
    assertThat(world.state.guards().foreignWrites()).as("still the second").hasSize(2);
  }

  @Test
  void withoutAManagersNameASizeThatNobodyAskedForIsForeign() {
    World world = new World(10);
    world.tick(0);
    world.set(14, "");
    assertThat(world.tick(1).answer()).as("between 10 and 15").isInstanceOf(Answer.Replicas.class);
    assertThat(world.state.guards().foreignWrites()).isEmpty();
    world.set(9, "");
    world.tick(2);
    assertThat(world.state.guards().foreignWrites()).hasSize(1);
  }

  @Test
  void switchedOffAndOnAgainIsNoFight() {
    World world = new World(10);
    world.tick(0);
    world.set(0, "kubectl");
    assertThat(world.tick(1).reason()).isEqualTo(ReasonCode.PAUSED);
    world.set(3, "kubectl");
    assertThat(world.tick(2).answer()).isEqualTo(new Answer.Replicas(6));
  }

  @Test
  void thePauseDoublesUpToAnHour() {
    assertThat(WriterGuard.pause(2)).isEqualTo(Duration.ofMinutes(10));
    assertThat(WriterGuard.pause(3)).isEqualTo(Duration.ofMinutes(20));
    assertThat(WriterGuard.pause(4)).isEqualTo(Duration.ofMinutes(40));
    assertThat(WriterGuard.pause(5)).isEqualTo(Duration.ofHours(1));
    assertThat(WriterGuard.pause(8)).isEqualTo(Duration.ofHours(1));
  }

  // ---- switches

  @Test
  void whatAPersonHasSwitchedOffStaysOffAndIsNamedFirst() {
    Surroundings fight = Surroundings.none().withOtherScaler("HorizontalPodAutoscaler web");
    assertStopped(ReasonCode.PAUSED, replicas(10).limits(new Limits(true, false)));
    assertStopped(ReasonCode.KILL_SWITCH, replicas(10).limits(new Limits(true, true)));
    assertStopped(
        ReasonCode.PAUSED, replicas(10).surroundings(Surroundings.none().withPaused(true)));
    assertStopped(ReasonCode.PAUSED, replicas(10).surroundings(fight.withPaused(true)));
    assertStopped(ReasonCode.PAUSED, replicas(0));
  }

  private void assertStopped(ReasonCode why, Observations o) {
    for (Stage stage : Stage.values()) {
      Decision d = rise(POLICY.withStage(stage), o.demand(RISE));
      assertThat(d.answer()).isEqualTo(new Answer.Hold());
      assertThat(d.reason()).isEqualTo(why);
    }
  }

  // ---- words of a test

  private static Observations falling() {
    return replicas(10).demand(FALL).forecast(POLICY, FALL, FALL, FALL);
  }

  private Decision rise(ScalingPolicy policy, Observations o) {
    return autoscaler.step(policy, o.build(), AutoscalerState.cold()).decision();
  }

  /** Decides in stage Full, where the size has been above the band for long. */
  private Decision fall(ScalingPolicy policy, Observations o) {
    return autoscaler
        .step(policy.withStage(Stage.FULL), o.build(), patient(AutoscalerState.cold()))
        .decision();
  }

  private static AutoscalerState patient(AutoscalerState state) {
    return new AutoscalerState(
        state.reactive(),
        state.sizes(),
        7,
        state.forecastMissingSince(),
        state.lead(),
        state.hold(),
        state.guards());
  }

  private static Signals pods(Reading reading) {
    return new Signals(java.util.Optional.of(reading), List.of());
  }

  private static Signals vetoes(Reading... readings) {
    return new Signals(java.util.Optional.empty(), List.of(readings));
  }

  private static Surroundings quota(int room) {
    return Surroundings.none().withQuota("team", room);
  }

  /** A workload that wants to be 15 and is set by others. */
  private final class World {
    private int size;
    private Surroundings surroundings = Surroundings.none();
    private int minute;
    private AutoscalerState state = AutoscalerState.cold();
    private List<String> words = List.of();

    World(int size) {
      this.size = size;
    }

    /** Somebody sets it ten seconds after the last tick. */
    void set(int replicas, String manager) {
      size = replicas;
      surroundings =
          manager.isEmpty()
              ? surroundings.withOwnWrite()
              : surroundings.withForeignWrite(
                  manager, Observations.START.plusSeconds(60L * minute + 10));
    }

    /** Somebody sets it through the scale subresource. */
    void setByScale(int replicas, String manager) {
      size = replicas;
      surroundings = surroundings.withForeignWrite(manager, Surroundings.ForeignWrite.UNKNOWN_TIME);
    }

    Decision tick(int now) {
      minute = now;
      Observation o =
          replicas(size)
              .at(Duration.ofMinutes(minute))
              .demand(RISE)
              .surroundings(surroundings)
              .build();
      words = autoscaler.explain(POLICY, o, state).stream().map(Trace.Line::text).toList();
      Step step = autoscaler.step(POLICY, o, state);
      state = step.next();
      int next = step.decision().replicasOr(size);
      if (next != size) {
        set(next, "");
      }
      assertThat(state.guards().asked()).isEqualTo(OptionalInt.of(next));
      return step.decision();
    }
  }
}
