package dev.almanac.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.promql.PromQl;
import dev.almanac.predictor.series.TimeSeries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TraceWriterTest {

  @Test
  void writesTheFormOfTheReference() throws IOException {
    TimeSeries one = new TimeSeries(60, 60, new double[] {1, Double.NaN, 2.5, 1e300});
    assertThat(csv(Map.of("a", one))).isEqualTo("timestamp,value\n60,1\n180,2.5\n240,1.0E300\n");
    Map<String, TimeSeries> two = new LinkedHashMap<>();
    two.put("up{job=\"b\"}", one);
    two.put("a", new TimeSeries(0, 30, new double[] {0, -1}));
    assertThat(csv(two))
        .startsWith("series,timestamp,value\na,0,0\na,30,-1\n\"up{job=\"\"b\"\"}\",60,1\n");
  }

  /** Random series with gaps and hostile names come back as they were, from either form. */
  @Test
  void whatIsWrittenReadsBackTheSame() throws IOException {
    Random random = new Random(2);
    String letters = "ab\"'\\,\n\r\t {}=é世\ud83d\ude00\u0001";
    for (int round = 0; round < 300; round++) {
      Map<String, TimeSeries> series = new LinkedHashMap<>();
      for (int s = random.nextInt(4); s >= 0; s--) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (random.nextBoolean()) {
          labels.put("__name__", "up_" + s);
        }
        StringBuilder value = new StringBuilder("v" + s);
        for (int i = random.nextInt(12); i > 0; i--) {
          value.append(letters.charAt(random.nextInt(letters.length() - 3)));
        }
        labels.put("l" + s, value + "\ud83d\ude00");
        double[] values = new double[2 + random.nextInt(50)];
        for (int i = 0; i < values.length; i++) {
          values[i] =
              switch (random.nextInt(5)) {
                case 0 -> random.nextInt(1_000);
                case 1 -> Math.scalb(random.nextGaussian(), random.nextInt(200) - 100);
                case 2 -> i % 7 == 3 ? Double.NaN : -i;
                default -> random.nextDouble();
              };
        }
        TimeSeries one = new TimeSeries(random.nextInt(1_000_000) * 15L, 15, trimmed(values));
        if (TraceWriter.holds(one)) {
          series.put(PromQl.seriesName(labels), one);
        }
      }
      if (series.isEmpty()) {
        continue;
      }
      ByteArrayOutputStream json = new ByteArrayOutputStream();
      TraceWriter.queryRange(series, json);
      assertThat(read("x.json", json.toByteArray())).isEqualTo(new TreeMap<>(series));
      if (series.size() > 1) {
        assertThat(read("x.csv", csv(series).getBytes(StandardCharsets.UTF_8)))
            .isEqualTo(new TreeMap<>(series));
      }
    }
  }

  /** The step is the most common distance: 15 s, where enough neighbours are there. */
  private static double[] trimmed(double[] values) {
    values[0] = 1;
    values[1] = 2;
    values[values.length - 1] = 3;
    return values;
  }

  @Test
  void aSeriesWhoseStepNobodyCouldSeeIsNotHeld() {
    double none = Double.NaN;
    assertThat(TraceWriter.holds(new TimeSeries(0, 60, new double[] {none, 1, none}))).isFalse();
    assertThat(TraceWriter.holds(new TimeSeries(0, 60, new double[] {1, none, 1, none, none, 1})))
        .isFalse();
    assertThat(TraceWriter.holds(new TimeSeries(0, 60, new double[] {1, none, 1, none, 1})))
        .isTrue();
  }

  @Test
  void aNameThatIsNoneOfPrometheusIsALabel() throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    TraceWriter.queryRange(Map.of("größe {", new TimeSeries(0, 60, new double[] {1, 2})), json);
    assertThat(read("x.json", json.toByteArray())).containsOnlyKeys("{series=\"größe {\"}");
  }

  private static String csv(Map<String, TimeSeries> series) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TraceWriter.csv(series, out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, TimeSeries> read(String name, byte[] bytes) throws IOException {
    return TraceFiles.read(name, new ByteArrayInputStream(bytes));
  }
}
