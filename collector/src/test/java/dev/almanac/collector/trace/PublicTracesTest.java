package dev.almanac.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.almanac.collector.trace.Trace.Scale;
import dev.almanac.predictor.series.TimeSeries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A small sample of each layout. Where no other origin is named they were made by hand after the
 * publishers' descriptions, which the readers name.
 */
class PublicTracesTest {
  private static final double NONE = Double.NaN;

  @TempDir Path folder;

  static final String MACHINES_2018 =
      """
      m_1932,386640,41,92,,,43.04,33.08,4
      m_1932,386650,43,92,,,43.05,33.09,5
      m_1932,386760,-1,92,,,43.06,33.1,101
      m_1932,386830,47,93,,,43.06,33.1,6
      m_7,386640,10,50,,,1,2,0
      """;

  static final String BITBRAINS =
      """
      Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%];\
      \tMemory capacity provisioned [KB];\tMemory usage [KB];\tDisk read throughput [KB/s];\
      \tDisk write throughput [KB/s];\tNetwork received throughput [KB/s];\
      \tNetwork transmitted throughput [KB/s]
      1376314800;\t4;\t11704.0;\t100.0;\t0.9;\t67108864.0;\t6129274.4;\t0.1;\t18.8;\t1.6;\t0.6
      1376315100;\t4;\t11704.0;\t200.0;\t1.7;\t67108864.0;\t6755624.0;\t0.2;\t18.9;\t1.7;\t0.7
      1376316000;\t4;\t11704.0;\t400.0;\t3.4;\t67108864.0;\t6755624.0;\t0.2;\t18.9;\t1.7;\t0.7
      """;

  static final String BORG_JSON =
      """
      {"start_time":"600000000","end_time":"900000000","collection_id":"41","instance_index":"0",\
      "average_usage":{"cpus":0.01,"memory":0.002},"cpu_usage_distribution":[0,0.1]}
      {"start_time":"600000000","end_time":"750000000","collection_id":"41","instance_index":"1",\
      "average_usage":{"cpus":0.04,"memory":0.002},"cpu_usage_distribution":[]}
      {"start_time":"1200000000","end_time":"1500000000","collection_id":"41","instance_index":"0",\
      "average_usage":{"cpus":0.03,"memory":null}}
      """;

  static final String GPU_PODS =
      """
      name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,\
      deletion_time,scheduled_time
      pod-0,12000,16384,1,500,,LS,Running,0,600,0
      pod-1,6000,12288,2,1000,V100M16|V100M32,LS,Succeeded,90,1350,150
      pod-2,1000,1024,0,0,,BE,Pending,0,300,
      pod-3,2000,1024,0,0,,LS,Succeeded,1800,2100,1800
      """;

  static final String AZURE_VM =
      """
      0,x/8XlgHH6I=,19.8,40.2,30.1
      0,7B4qOr+Y,0.1,2,1.5
      300,x/8XlgHH6I=,19,60,50
      900,x/8XlgHH6I=,19,60,10
      """;

  static final String CALLS_2021 =
      """
      ,timestamp,msname,msinstanceid,metric,value
      0,60000,shop,i1,providerRPC_MCR,10.5
      1,60000,shop,i2,providerRPC_MCR,4.5
      2,60000,shop,i1,providerRPC_RT,9.1
      3,60000,shop,i1,HTTP_MCR,3
      4,180000,shop,i1,providerRPC_MCR,20
      """;

  /** The first lines of the log of NASA's server of July 1995, which is free to redistribute. */
  static final String LOG =
      """
      199.72.81.55 - - [01/Jul/1995:00:00:01 -0400] "GET /history/apollo/ HTTP/1.0" 200 6245
      unicomp6.unicomp.net - - [01/Jul/1995:00:00:06 -0400] "GET /shuttle/countdown/ HTTP/1.0" 200 3985
      burger.letters.com - - [01/Jul/1995:00:00:11 -0400] "GET /shuttle/countdown/liftoff.html HTTP/1.0" 304 0
      burger.letters.com - - [01/Jul/1995:00:02:12 -0400] "GET /images/a"b.gif HTTP/1.0" 404 - "-" "Mozilla 1"
      """;

  @Test
  void readsAzureFunctions() throws IOException {
    try (InputStream in =
        getClass().getResourceAsStream("invocations_per_function_md.anon.d01.csv")) {
      Trace trace =
          TraceFiles.read("x/invocations_per_function_md.anon.d02.csv", in, TraceChoice.ALL);
      assertThat(trace.format()).isEqualTo(TraceFormat.AZURE_FUNCTIONS);
      assertThat(trace.unit()).isEqualTo("invocations a minute");
      assertThat(trace.scale()).isEqualTo(Scale.ABSOLUTE);
      assertThat(trace.gapShare()).isZero();
      assertThat(trace.series()).containsOnlyKeys("app/fn0", "app/fn1");
      TimeSeries first = trace.series().firstEntry().getValue();
      // The second day of a trace that begins on 2019-07-15.
      assertThat(first.startEpochSecond()).isEqualTo(1_563_148_800 + 86_400);
      assertThat(first.stepSeconds()).isEqualTo(60);
      assertThat(first.length()).isEqualTo(1_440);
      assertThat(Arrays.stream(first.values()).sum()).isEqualTo(1_150);
    }
  }

  @Test
  void readsDaysOfAFolderAsOneTrace() throws IOException {
    byte[] day;
    try (InputStream in =
        getClass().getResourceAsStream("invocations_per_function_md.anon.d01.csv")) {
      day = in.readAllBytes();
    }
    for (String name : new String[] {"d03", "d01"}) {
      Files.write(
          folder.resolve("invocations_per_function_md.anon." + name + ".csv"),
          name.equals("d01") ? gzip(day) : day);
    }
    Files.writeString(folder.resolve(".DS_Store"), "not of the trace");
    Trace trace = TraceFiles.read(folder, sum(), (_, _) -> {});
    assertThat(trace.series()).containsOnlyKeys("total");
    TimeSeries total = trace.series().firstEntry().getValue();
    assertThat(total.length()).isEqualTo(3 * 1_440);
    assertThat(Arrays.stream(total.values(), 0, 1_440).sum()).isEqualTo(1_150 + 1_125);
    assertThat(total.values()[1_440]).as("the day between has no file").isNaN();
    assertThat(trace.gapShare()).isEqualTo(1.0 / 3);
  }

  @Test
  void readsAzureVm() throws IOException {
    Trace trace = read(AZURE_VM);
    assertThat(trace.format()).isEqualTo(TraceFormat.AZURE_VM);
    assertThat(trace.scale()).isEqualTo(Scale.OWN_SIZE);
    assertThat(trace.series())
        .containsExactly(
            entry("x/8XlgHH6I=", new TimeSeries(0, 300, new double[] {30.1, 50, NONE, 10})),
            entry("7B4qOr+Y", new TimeSeries(0, 300, new double[] {1.5})));
    assertThat(trace.gapShare()).isEqualTo(1.0 / 5);
    assertThat(read(AZURE_VM, column("max_cpu")).series())
        .containsEntry("7B4qOr+Y", new TimeSeries(0, 300, new double[] {2}));
  }

  @Test
  void readsAlibaba2018WithoutFailedMeasurements() throws IOException {
    Trace trace = read(MACHINES_2018);
    assertThat(trace.format()).isEqualTo(TraceFormat.ALIBABA_2018);
    assertThat(trace.series())
        .containsExactly(
            entry("m_1932", new TimeSeries(386_640, 60, new double[] {42, NONE, NONE, 47})),
            entry("m_7", new TimeSeries(386_640, 60, new double[] {10})));
    assertThat(read(MACHINES_2018, column("disk")).series().get("m_1932").values())
        .containsExactly(4.5, NONE, NONE, 6);
    Trace containers =
        read("c_1,m_2556,386640,5,83,0.9,1,2,3,4,7\nc_1,m_2556,386700,6,84,0.9,1,2,3,4,8\n");
    assertThat(containers.series())
        .containsExactly(entry("c_1", new TimeSeries(386_640, 60, new double[] {5, 6})));
  }

  @Test
  void addsTheCallsOfAllInstances() throws IOException {
    Trace trace = read(CALLS_2021);
    assertThat(trace.format()).isEqualTo(TraceFormat.ALIBABA_MICROSERVICES);
    assertThat(trace.unit()).isEqualTo("calls a second");
    assertThat(trace.scale()).isEqualTo(Scale.ABSOLUTE);
    assertThat(trace.series())
        .containsExactly(entry("shop", new TimeSeries(60, 60, new double[] {15, NONE, 20})));
    assertThat(read(CALLS_2021, column("http")).series().get("shop").values()).containsExactly(3);
    Trace wide =
        read(
            """
            timestamp,msname,msinstanceid,nodeid,providerrpc_rt,providerrpc_mcr,http_mcr
            60000,MS_1,MS_1_POD_0,NODE_1,10.1,1.25e-05,0.0
            60000,MS_1,MS_1_POD_1,NODE_2,10.1,2.5e-05,0.0
            """);
    assertThat(wide.scale()).isEqualTo(Scale.COMMON_UNIT);
    assertThat(wide.series().get("MS_1").values()[0]).isBetween(3.7499e-05, 3.7501e-05);
    String usage =
        """
        timestamp,msname,msinstanceid,nodeid,cpu_utilization,memory_utilization
        180000,MS_1,MS_1_POD_0,NODE_1,0.2,0.8
        180000,MS_1,MS_1_POD_1,NODE_2,0.4,NaN
        """;
    Trace resources = read(usage, column("cpu"));
    assertThat(resources.scale()).isEqualTo(Scale.OWN_SIZE);
    assertThat(resources.series().get("MS_1").values()[0]).isBetween(0.3 - 1e-7, 0.3 + 1e-7);
    assertThat(read(usage, column("memory")).series().get("MS_1").values()).containsExactly(0.8);
  }

  @Test
  void countsWhatRunningPodsAskFor() throws IOException {
    Trace trace = read(GPU_PODS);
    assertThat(trace.format()).isEqualTo(TraceFormat.ALIBABA_GPU);
    // 12 cores for 600 s; 6 from 150 s to 1,350 s; the pod that was never scheduled asks in vain.
    assertThat(trace.series())
        .containsExactly(entry("LS", new TimeSeries(0, 300, new double[] {15, 18, 6, 6, 3, 0, 2})));
    assertThat(read(GPU_PODS, column("gpu")).series().get("LS").values()).startsWith(1.5, 2.5);
    assertThat(read(GPU_PODS, column("pods")).series().get("LS").values()).startsWith(1.5, 2);
    assertThat(read(GPU_PODS, column("memory")).series().get("LS").values()[6])
        .isEqualTo(1024.0 * 1024 * 1024);
  }

  @Test
  void addsTheInstancesOfABorgJobByTheirTime() throws IOException {
    Trace trace = read(BORG_JSON);
    assertThat(trace.format()).isEqualTo(TraceFormat.BORG_2019);
    assertThat(trace.scale()).isEqualTo(Scale.COMMON_UNIT);
    // 600 s after the origin of its times the trace begins: at midnight of Los Angeles.
    TimeSeries job = trace.series().get("41");
    assertThat(job.startEpochSecond()).isEqualTo(1_556_694_000L);
    assertThat(job.values()[0]).isBetween(0.03 - 1e-12, 0.03 + 1e-12); // one ran half the time
    assertThat(job.values()[1]).isNaN();
    assertThat(job.values()[2]).isEqualTo(0.03);
    for (String header : new String[] {"average_usage.cpus", "average_usage_cpus"}) {
      assertThat(
              read("collection_id,start_time,end_time,%s\n41,600000000,900000000,0.5\n"
                      .formatted(header))
                  .series())
          .containsExactly(entry("41", new TimeSeries(1_556_694_000, 300, new double[] {0.5})));
    }
    String asText =
        "start_time,end_time,collection_id,average_usage\n"
            + "600000000,900000000,41,\"{'cpus': 0.25, 'memory': 0.125}\"\n"
            + "900000000,1200000000,41,\"{'cpus': None, 'memory': 0.5}\"\n";
    assertThat(read(asText).series().get("41").values()).containsExactly(0.25);
    assertThat(read(asText, column("memory")).series().get("41").values())
        .containsExactly(0.125, 0.5);
  }

  @Test
  void readsBitbrainsWhoseRowsStandForTheTimeBefore() throws IOException {
    Files.writeString(folder.resolve("1.csv"), BITBRAINS);
    // The same in milliseconds, as the header says, and an hour later.
    Files.writeString(
        folder.resolve("2.csv"), BITBRAINS.replaceAll("13763(\\d{5});", "13763$1000;"));
    Trace trace = TraceFiles.read(folder, TraceChoice.ALL, (_, _) -> {});
    assertThat(trace.format()).isEqualTo(TraceFormat.BITBRAINS);
    TimeSeries expected =
        new TimeSeries(1_376_314_500, 300, new double[] {100, 200, NONE, NONE, 400});
    assertThat(trace.series()).containsExactly(entry("1", expected), entry("2", expected));
    assertThat(TraceFiles.read(folder, sum(), (_, _) -> {}).series().get("total").values())
        .containsExactly(200, 400, NONE, NONE, 800);
  }

  @Test
  void countsTheRequestsOfTheWorldCup() throws IOException {
    long noon = 897_825_600L; // 1998-06-14T12:00:00Z
    long[] times = {noon, noon + 59, noon + 60, noon + 185};
    byte[] records = worldCup(times);
    Trace trace = TraceFiles.read("wc_day51_1", new ByteArrayInputStream(records), TraceChoice.ALL);
    assertThat(trace.format()).isEqualTo(TraceFormat.WORLDCUP98);
    assertThat(trace.series())
        .containsExactly(entry("requests", new TimeSeries(noon, 60, new double[] {2, 1, 0, 1})));
    Trace bytes =
        TraceFiles.read("wc_day51_1.gz", new ByteArrayInputStream(gzip(records)), column("bytes"));
    // The second answer has no size.
    assertThat(bytes.series().get("bytes").values()).containsExactly(1_000, 1_002, 0, 1_003);
    assertThatThrownBy(() ->
            TraceFiles.read(
                "wc_day51_1",
                new ByteArrayInputStream(records, 0, records.length - 3),
                TraceChoice.ALL))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("wc_day51_1:4: record 4 has only 17 of 20 bytes");
  }

  static byte[] worldCup(long... times) {
    ByteBuffer records = ByteBuffer.allocate(20 * times.length);
    for (int i = 0; i < times.length; i++) {
      records.putInt((int) times[i]).putInt(i).putInt(7).putInt(i == 1 ? -1 : 1_000 + i);
      records.put(new byte[] {0, 2, 1, 4});
    }
    return records.array();
  }

  @Test
  void countsTheLinesOfALog() throws IOException {
    Trace trace = read(LOG);
    assertThat(trace.format()).isEqualTo(TraceFormat.COMMON_LOG);
    assertThat(trace.series())
        .containsExactly(
            // 1995-07-01T00:00:00-04:00
            entry("requests", new TimeSeries(804_571_200, 60, new double[] {3, 0, 1})));
    assertThat(read(LOG, column("bytes")).series().get("bytes").values())
        .containsExactly(10_230, 0, 0);
    Trace broken = read(LOG.repeat(30) + "cut o\n");
    assertThat(broken.broken()).isEqualTo(1);
    assertThatThrownBy(() -> read(LOG.repeat(30) + "cut o\n".repeat(11)))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("trace:121: this line and 10 others of 131");
  }

  @Test
  void aLongSilenceOfABusyLogIsNoZero() throws IOException {
    StringBuilder log = new StringBuilder();
    for (int minute = 0; minute < 200; minute++) {
      boolean outage = minute >= 80 && minute < 120;
      boolean quiet = minute == 150;
      if (!outage && !quiet) {
        log.append(
            "h - - [10/Oct/2000:%02d:%02d:07 +0000] \"GET / HTTP/1.0\" 200 1\n"
                .formatted(minute / 60, minute % 60));
      }
    }
    double[] values = read(log.toString()).series().get("requests").values();
    assertThat(Arrays.stream(values, 80, 120)).allMatch(value -> value.isNaN());
    assertThat(values[150]).isZero();
  }

  @Test
  void readsOpenDcFragmentAfterFragment() throws IOException {
    Path opendc = resources().resolve("opendc");
    for (Path place : new Path[] {opendc, opendc.resolve("fragments.parquet")}) {
      Trace trace = TraceFiles.read(place, TraceChoice.ALL, (_, _) -> {});
      assertThat(trace.format()).isEqualTo(TraceFormat.OPENDC);
      assertThat(trace.unit()).isEqualTo("MHz");
      TimeSeries web = trace.series().get("1");
      assertThat(web.startEpochSecond()).isEqualTo(1_704_067_200);
      assertThat(web.length()).isEqualTo(12);
      assertThat(Arrays.copyOf(web.values(), 5)).containsExactly(2_500, 2_500, 1_000, 500, 0);
      assertThat(trace.series().get("2"))
          .isEqualTo(
              new TimeSeries(1_704_067_800, 300, new double[] {400, 400, 400, 400, 400, 400}));
    }
    assertThat(TraceFiles.read(opendc, sum(), (_, _) -> {}).series().get("total").values())
        .startsWith(2_500, 2_500, 1_400, 900, 400);
    assertThatThrownBy(
            () -> TraceFiles.read(opendc.resolve("tasks.parquet"), TraceChoice.ALL, (_, _) -> {}))
        .hasMessageContaining("name fragments.parquet, or the folder");
    Files.copy(opendc.resolve("fragments.parquet"), folder.resolve("fragments.parquet"));
    assertThatThrownBy(() -> TraceFiles.read(folder, TraceChoice.ALL, (_, _) -> {}))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("there is no tasks.parquet beside it");
  }

  static Path resources() {
    return Path.of("src/test/resources/dev/almanac/collector/trace");
  }

  @Test
  void ofALargeTraceOneSeriesOrTheSumIsKept() throws IOException {
    TraceChoice one = new TraceChoice(Optional.empty(), Optional.empty(), Optional.of("b"), false);
    String csv = "series,timestamp,value\na,0,1\na,60,2\nb,60,3\nb,120,4\nc,0,5\nc,180,6\n";
    assertThat(read(csv, one).series())
        .containsExactly(entry("b", new TimeSeries(60, 60, new double[] {3, 4})));
    assertThatThrownBy(() -> read(csv, sum()))
        .hasMessageContaining("series c lies on another grid");
    assertThat(read(csv.replace("c,180,6", "c,60,6"), sum()).series())
        .containsExactly(entry("total", new TimeSeries(0, 60, new double[] {6, 11, 4})));
    assertThatThrownBy(() ->
            read(csv, new TraceChoice(Optional.empty(), Optional.empty(), Optional.of("d"), false)))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("there is no series \"d\" in it; the first that it has: a, b, c");
    assertThat(
            read(
                    AZURE_VM,
                    new TraceChoice(
                        Optional.of(TraceFormat.AZURE_VM),
                        Optional.empty(),
                        Optional.of("7B4qOr+Y"),
                        false))
                .series())
        .hasSize(1);
    assertThatThrownBy(() -> read(AZURE_VM, sum()))
        .hasMessageContaining("relative to its own size, so that their sum means nothing");
    assertThatThrownBy(() -> read(AZURE_VM, column("watts")))
        .hasMessageContaining("azure-vm has no column \"watts\"; it has cpu, max_cpu, min_cpu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          azure-vm              | 0,x,1,2;                               | 1 | the row has 4 cells
          azure-vm              | 0,x,1,2,3;300,x,1,2,many;              | 2 | cpu "many" is not a number
          azure-vm              | 1e300,x,1,2,3;                         | 1 | the time "1e300" is not a number
          azure-vm              | 99999999999,x,1,2,3;9,x,1,2,3;         | 1 | a time of
          alibaba-2018          | m_1,0,1,2;                             | 1 | the row has 4 cells
          alibaba-gpu           | name,cpu_milli;                        | 1 | the header has no column memory_mib
          alibaba-microservices | timestamp,msname,msinstanceid;0,a,b;   | 1 | no column providerRPC_MCR
          azure-functions       | HashOwner,HashApp;                     | 1 | the header is not
          bitbrains             | Timestamp [ms];                        | 1 | the header has no column CPU usage
          borg-2019             | {"collection_id":"1","start_time":0};  | 1 | no collection_id, start_time or end_time
          borg-2019             | {"collection_id":"1","start_time":"x"};| 1 | start_time is not a number
          borg-2019             | {"collection_id":"1";;                 | 3 | not a line of JSON
          common-log            | GET / HTTP/1.0;                        | 1 | none of a web server's log
          worldcup98            | GET / HTTP/1.0 and more of it          | 1 | is not in the summer of 1998
          opendc                | PAR1                                   | 1 | neither tasks.parquet nor
          """)
  void saysWhatIsWrongAndWhere(String format, String rows, long line, String problem) {
    byte[] bytes = rows.replace(';', '\n').getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() ->
            TraceFiles.read(
                "trace",
                new ByteArrayInputStream(bytes),
                new TraceChoice(
                    TraceFormat.named(format), Optional.empty(), Optional.empty(), false)))
        .isInstanceOfSatisfying(
            TraceFormatException.class,
            e -> {
              assertThat(e).hasMessageContaining(problem).hasMessageContaining("; ");
              assertThat(e).hasMessageStartingWith("trace:" + line + ": ");
            });
  }

  static TraceChoice column(String name) {
    return new TraceChoice(Optional.empty(), Optional.of(name), Optional.empty(), false);
  }

  static TraceChoice sum() {
    return new TraceChoice(Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  private static Trace read(String text) throws IOException {
    return read(text, TraceChoice.ALL);
  }

  private static Trace read(String text, TraceChoice choice) throws IOException {
    return TraceFiles.read(
        "trace", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), choice);
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
