package dev.almanac.benchmarks.rightsizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.rightsizing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizingSeriesTest {
  private static final long NOON = 12 * 3600;

  @TempDir Path folder;

  /** Five days from a noon on, 4 with a peak of 8 on the second day, -1 at the end. */
  private void write(String file, String... series) throws IOException {
    StringBuilder csv = new StringBuilder("series,timestamp,value\n");
    for (String name : series) {
      for (int i = 0; i < 5 * 288; i++) {
        double value = i == 300 ? 8 : i == 5 * 288 - 1 ? -1 : 4;
        if (i != 7) {
          csv.append("%s,%d,%s\n".formatted(name, NOON + 300L * i, value));
        }
      }
    }
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, csv);
  }

  @Test
  void usageIsScaledAndStartsAtTheMidnightBefore() throws IOException {
    write("jobs/cpu_5min.csv", "job1_cpu");
    SizingSeries one = SizingSeries.read(folder, Resource.CPU, 0).getFirst();
    double[] samples = one.usage().samples();
    assertThat(one.group()).isEqualTo("jobs/cpu_5min");
    assertThat(samples).hasSize(6 * 288);
    assertThat(samples[143]).isNaN();
    assertThat(samples[144]).isCloseTo(4 / 6.0, within(1e-12)); // one unit is (4 + 8) / 2
    assertThat(samples[151]).isNaN();
    assertThat(samples[144 + 5 * 288 - 1]).isZero();
    assertThat(one.usage().firstDay()).isEqualTo(4); // 3 days after the noon of day 0
  }

  @Test
  void daysMayStartAtAnotherHour() throws IOException {
    write("jobs/mem_5min.csv", "job1_mem");
    double[] samples = SizingSeries.read(folder, Resource.MEMORY, 12).getFirst().usage().samples();
    assertThat(samples).hasSize(5 * 288);
    assertThat(samples[0]).isCloseTo((1L << 30) * 4 / 6.0, within(1e-3));
  }

  @Test
  void namesSayWhatASeriesIs() throws IOException {
    write("cells/cells_5min.csv", "a_avgcpu", "a_avgmem", "b_avgcpu");
    write("web/requests_5min.csv", "front");
    write("vm/cpu_5min.csv", "vm1");
    assertThat(names(Resource.CPU)).containsExactly("a_avgcpu", "b_avgcpu", "vm1");
    assertThat(names(Resource.MEMORY)).containsExactly("a_avgmem");
  }

  @Test
  void oneMachineIsNeverInBothHalves() throws IOException {
    write("vm/avg_cpu_5min.csv", "vm1_avg_cpu", "vm2_avg_cpu", "vm3_avg_cpu", "vm4_avg_cpu");
    write("vm/max_cpu_5min.csv", "vm1_max_cpu", "vm2_max_cpu", "vm3_max_cpu", "vm4_max_cpu");
    List<Boolean> halves =
        SizingSeries.read(folder, Resource.CPU, 0).stream().map(SizingSeries::check).toList();
    assertThat(halves.subList(0, 4)).isEqualTo(halves.subList(4, 8));
    assertThat(halves).contains(true, false);
  }

  private List<String> names(Resource resource) throws IOException {
    return SizingSeries.read(folder, resource, 0).stream().map(SizingSeries::name).toList();
  }
}
