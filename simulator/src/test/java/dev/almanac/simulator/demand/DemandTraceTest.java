package dev.almanac.simulator.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandTraceTest {

  private static final double NAN = Double.NaN;
  private static final long START = 1_800_000_015L; // not on a minute: ticks count from here

  /** 24 made samples with ups, downs and one zero. */
  private static final double[] JAGGED = {
    20, 87, 94, 30, 67, 134, 40, 77, 114, 80, 87, 23, 60, 127, 33, 70, 107, 73, 80, 117, 0, 120, 26,
    63
  };

  /** 48 made samples, smooth with a little noise. */
  private static final double[] SMOOTH = {
    100.0, 104.272, 108.184, 111.415, 113.719, 114.954, 115.093, 107.731, 106.073, 103.911, 101.594,
    99.487, 97.932, 90.71, 91.01, 92.411, 94.867, 98.218, 102.206, 106.501, 104.242, 108.07,
    111.175, 113.325, 114.394, 114.373, 106.876, 105.121, 102.913, 100.605, 98.56, 97.114, 96.536,
    90.5, 92.065, 94.669, 98.134, 102.191, 106.501, 104.202, 107.94, 110.913, 112.906, 113.808,
    113.631, 112.503, 104.159, 101.913
  };

  private static DemandTrace trace(int step, double... values) {
    return DemandTrace.of(new TimeSeries(START, step, values), 7);
  }

  private static DemandTrace quiet(int step, double... values) {
    return DemandTrace.of(new TimeSeries(START, step, values), () -> 0.0);
  }

  private static double[] ticks(DemandTrace trace) {
    double[] values = new double[trace.ticks()];
    Arrays.setAll(values, trace::at);
    return values;
  }

  @Test
  void minutesAreConstantOverFourTicks() {
    assertThat(ticks(trace(60, 3, NAN, 5)))
        .containsExactly(3, 3, 3, 3, NAN, NAN, NAN, NAN, 5, 5, 5, 5);
  }

  @Test
  void finerStepsBecomeTheMeanOfTheMinute() {
    assertThat(ticks(trace(20, 1, 2, 6, NAN, 4, NAN, NAN, NAN, NAN)))
        .containsExactly(3, 3, 3, 3, 4, 4, 4, 4, NAN, NAN, NAN, NAN);
    assertThat(ticks(trace(45, 1, 3, 5, 7))).containsExactly(2, 2, 2, 2, 5, 5, 5, 5, 7, 7, 7, 7);
  }

  @Test
  void anIncompleteLastMinuteIsDropped() {
    assertThat(trace(20, 1, 2, 3, 4).ticks()).isEqualTo(4);
    assertThat(trace(20, 1, 2).ticks()).isZero();
    assertThat(trace(60).ticks()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 19.3846646895", "2, 19.3846646895", "3, 32.3723900315", "4, 45.3601153735",
    "5, 58.3478407155", "7, 84.3232913994", "59, 36.6370162632", "60, 43.8093421983",
    "119, 61.061693772"
  })
  void fiveMinuteSeriesFollowTheProtocol(int minute, double expected) {
    // Expected values: numpy, np.interp between interval centres times exp(-s^2 / 2).
    DemandTrace trace = quiet(300, JAGGED);
    assertThat(trace.noise()).isEqualTo(0.25);
    assertThat(trace.at(4 * minute)).isCloseTo(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0, 19.3846646895", "59, 87.6025305094", "60, 87.8286849308", "719, 61.061693772"})
  void halfHourSeriesFollowTheProtocol(int minute, double expected) {
    assertThat(quiet(1800, JAGGED).at(4 * minute)).isCloseTo(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 99.9987534537",
    "3, 100.853142803",
    "10, 106.617870942",
    "120, 113.964979356",
    "239, 101.911729607"
  })
  void noiseIsAsStrongAsTheResidualOfTheSeries(int minute, double expected) {
    DemandTrace trace = quiet(300, SMOOTH);
    assertThat(trace.noise()).isCloseTo(0.004993103424718636, within(1e-15)); // numpy
    assertThat(trace.at(4 * minute)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void noiseHasMeanOneAndItsStrength() {
    double[] flat = new double[4000];
    Arrays.setAll(flat, i -> 1000 + (i % 2) * 100); // residuals of 10 %
    DemandTrace noisy = trace(300, flat);
    DemandTrace line = quiet(300, flat);
    double sum = 0;
    double squares = 0;
    int n = noisy.ticks() / 4;
    for (int m = 0; m < n; m++) {
      double log = Math.log(noisy.at(4 * m) / line.at(4 * m));
      sum += Math.exp(log);
      squares += log * log;
    }
    double s = noisy.noise();
    assertThat(s).isBetween(0.05, 0.25);
    // The quiet line carries the factor exp(-s^2 / 2) already.
    assertThat(sum / n * Math.exp(-s * s / 2)).isCloseTo(1, within(0.01));
    assertThat(Math.sqrt(squares / n)).isCloseTo(s, within(0.01));
  }

  @Test
  void sameSeedSameBytes() {
    TimeSeries series = new TimeSeries(START, 300, JAGGED);
    assertThat(DemandTrace.of(series, 3)).isEqualTo(DemandTrace.of(series, 3));
    assertThat(DemandTrace.of(series, 3)).isNotEqualTo(DemandTrace.of(series, 4));
  }

  @Test
  void aGapStaysUnknownAndShiftsNothing() {
    double[] gappy = SMOOTH.clone();
    gappy[20] = NAN;
    gappy[21] = NAN;
    DemandTrace with = trace(300, gappy);
    DemandTrace without = trace(300, SMOOTH);
    for (int m = 100; m < 110; m++) {
      assertThat(with.at(4 * m)).isNaN();
    }
    // Beside the gap the interval's own value is kept.
    DemandTrace line = quiet(300, gappy);
    assertThat(line.at(4 * 99)).isCloseTo(106.501, within(0.01));
    assertThat(line.at(4 * 110)).isCloseTo(111.175, within(0.01));
    double strength = with.noise() / without.noise();
    assertThat(strength).isBetween(0.7, 1.4);
    assertThat(with.at(4 * 200) / line.at(4 * 200)).isNotEqualTo(1);
  }

  @Test
  void negativeSamplesCountAsZero() {
    assertThat(trace(60, -1, 2).at(0)).isZero();
  }

  @Test
  void outsideTheTraceNothingIsKnown() {
    DemandTrace trace = trace(60, 1, 2);
    assertThat(trace.at(-1)).isNaN();
    assertThat(trace.at(8)).isNaN();
    assertThat(trace.mean(START - 600, START)).isNaN();
    assertThat(trace.mean(START + 120, START + 600)).isNaN();
    assertThat(trace.mean(Long.MIN_VALUE / 4, Long.MAX_VALUE / 4)).isEqualTo(1.5);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, true",
    "1, 3, true",
    "2, 4, false",
    "4, 2, false",
    "-1, 3, false",
    "9, 2, false"
  })
  void copiesSayWhetherAllIsKnown(int from, int count, boolean known) {
    DemandTrace trace = trace(60, 1, 2, 3, 4, NAN, 6);
    double[] to = new double[2 + 3 * count];
    Arrays.fill(to, -1);
    double[] expected = to.clone();
    for (int i = 0; i < count; i++) {
      expected[2 + 3 * i] = trace.minute(from + i);
    }
    assertThat(trace.copy(from, count, to, 2, 3)).isEqualTo(known);
    assertThat(to).isEqualTo(expected);
  }

  @Test
  void meansSkipWhatIsUnknown() {
    DemandTrace trace = trace(60, 2, NAN, 8, 0);
    assertThat(trace.mean(START, START + 60)).isEqualTo(2);
    assertThat(trace.mean(START + 30, START + 150)).isEqualTo(5); // 30 s of each
    assertThat(trace.mean(START + 60, START + 120)).isNaN();
    assertThat(trace.mean(START + 120, START + 240)).isEqualTo(4);
    assertThat(trace.mean(START + 45, START + 45)).isNaN();
  }

  @Test
  void smallDemandAfterHugeDemandKeepsItsDigits() {
    DemandTrace trace = trace(60, 1e18, 1e18, 0.1, 0.1);
    assertThat(trace.mean(START + 120, START + 180)).isEqualTo(0.1);
  }

  @Test
  void quantilesAreLinearBetweenOrderStatistics() {
    DemandTrace trace = trace(60, JAGGED);
    assertThat(trace.quantile(0.9995)).isCloseTo(133.9195, within(1e-9)); // numpy
    assertThat(trace.quantile(0.5)).isEqualTo(75);
    assertThat(trace.perReplicaForPeak(10)).isCloseTo(13.39195, within(1e-9));
    assertThat(trace(60, NAN).quantile(0.5)).isNaN();
  }

  @Test
  void aTraceWithoutDemandHasNoPeak() {
    assertThatIllegalStateException().isThrownBy(() -> trace(60, 0, 0).perReplicaForPeak(10));
    assertThatIllegalStateException().isThrownBy(() -> trace(60, NAN).perReplicaForPeak(10));
  }

  @Test
  void ticksAreFoundByTheirStart() {
    DemandTrace trace = trace(60, 1, 2);
    assertThat(trace.firstTickFrom(trace.start())).isZero();
    assertThat(trace.firstTickFrom(trace.start().plusNanos(1))).isEqualTo(1);
    assertThat(trace.firstTickFrom(trace.start().plusSeconds(15))).isEqualTo(1);
    assertThat(trace.firstTickFrom(Instant.EPOCH)).isZero();
    assertThat(trace.firstTickFrom(trace.end())).isEqualTo(8);
    assertThat(trace.firstTickFrom(Instant.MAX)).isEqualTo(8);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> trace(60, 1e19));
    assertThatIllegalArgumentException().isThrownBy(() -> trace(86_400, new double[2000]));
  }

  @Test
  void theCallersSamplesAreNotTouched() {
    double[] values = {-1, 2};
    DemandTrace trace = trace(60, values);
    values[1] = 9;
    assertThat(trace.at(4)).isEqualTo(2);
    assertThat(values[0]).isEqualTo(-1);
  }
}
