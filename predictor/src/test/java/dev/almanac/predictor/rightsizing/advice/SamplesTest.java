package dev.almanac.predictor.rightsizing.advice;

import static dev.almanac.predictor.rightsizing.RequestAdvisor.PER_DAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.rightsizing.Resource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs, empty days, quantiles and how amounts are written. */
class SamplesTest {

  @Test
  void everyRunBeginsADay() {
    double[] samples = Histories.absent();
    Arrays.fill(samples, 10, 20, 1); // ten samples
    samples[14] = Double.NaN; // one lost on the way
    Arrays.fill(samples, 400, 400 + PER_DAY + 5, 2); // a day and five samples
    double[] days = Samples.runsAsDays(samples);
    assertThat(Samples.runs(samples)).hasSize(2);
    assertThat(days).hasSize(3 * PER_DAY);
    assertThat(Arrays.copyOf(days, 4)).containsOnly(1);
    assertThat(days[4]).isNaN();
    assertThat(days[9]).isEqualTo(1);
    assertThat(days[10]).isNaN();
    assertThat(days[PER_DAY]).isEqualTo(2);
    assertThat(days[2 * PER_DAY + 4]).isEqualTo(2);
    assertThat(days[2 * PER_DAY + 5]).isNaN();
    assertThat(Samples.present(days)).isEqualTo(Samples.present(samples));
  }

  @Test
  void runsOfEveryHourStayWhereTheyAre() {
    double[] samples = Histories.absent();
    for (int i = 0; i < samples.length; i += 12) {
      samples[i] = 1;
    }
    assertThat(Samples.runsAsDays(samples)).isEqualTo(samples);
    assertThat(Samples.runsAsDays(Histories.absent())).isEmpty();
  }

  @Test
  void emptyDaysGo() {
    double[] samples = Histories.steady(1);
    Arrays.fill(samples, PER_DAY, 3 * PER_DAY, Double.NaN);
    double[] kept = Samples.withoutEmptyDays(samples);
    assertThat(kept).hasSize(12 * PER_DAY);
    assertThat(kept[PER_DAY]).isEqualTo(samples[3 * PER_DAY]);
  }

  @Test
  void quantilesAreSamples() {
    double[] sorted = Samples.sorted(new double[] {4, Double.NaN, 1, 3, 2});
    assertThat(sorted).containsExactly(1, 2, 3, 4);
    assertThat(Samples.quantile(sorted, 0.5)).isEqualTo(2);
    assertThat(Samples.quantile(sorted, 1)).isEqualTo(4);
    assertThat(Samples.quantile(sorted, 0)).isEqualTo(1);
    assertThat(Samples.quantile(new double[0], 0.5)).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "0.29, 290",
    "0.2901, 291",
    "0.0101, 11",
    "0.9999, 1000",
    "1.0001, 1010",
    "12.341, 12400"
  })
  void cpuIsRoundedUpToThreeDigits(double cores, long millicores) {
    assertThat(Amounts.millicores(cores)).isEqualTo(millicores);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1048576, 1", "1048577, 2", "1048576000, 1000", "1048576001, 1010"})
  void memoryIsRoundedUpToThreeDigits(double bytes, long mebibytes) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(mebibytes << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "CPU, 250, 250m, 250m",
    "CPU, 1500, 1500m, 1.5",
    "CPU, 2000, 2, 2",
    "MEMORY, 536870912, 512Mi, 512Mi",
    "MEMORY, 1824522240, 1740Mi, 1.7Gi",
    "MEMORY, 128000000, 125000Ki, 122Mi",
    "MEMORY, 0, 0, 0Mi",
    "MEMORY, 1, 1, 0Mi"
  })
  void amountsAreWrittenAsKubernetesReadsThem(
      Resource resource, long amount, String quantity, String shown) {
    assertThat(Amounts.quantity(resource, amount)).isEqualTo(quantity);
    assertThat(Amounts.shown(resource, amount)).isEqualTo(shown);
  }
}
