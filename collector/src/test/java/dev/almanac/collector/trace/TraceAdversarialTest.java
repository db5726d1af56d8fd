package dev.almanac.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.series.TimeSeries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged, made to hurt, or too large to be held. */
class TraceAdversarialTest {

  private static List<byte[]> samples() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (String text :
        new String[] {
          PublicTracesTest.MACHINES_2018,
          PublicTracesTest.BITBRAINS,
          PublicTracesTest.BORG_JSON,
          PublicTracesTest.GPU_PODS,
          PublicTracesTest.AZURE_VM,
          PublicTracesTest.CALLS_2021,
          PublicTracesTest.LOG
        }) {
      samples.add(text.getBytes(StandardCharsets.UTF_8));
    }
    samples.add(PublicTracesTest.worldCup(897_825_600L, 897_825_660L));
    samples.add(PublicTracesTest.gzip(samples.getFirst()));
    return samples;
  }

  /** Bytes are changed, lost and doubled: what comes is a trace of finite numbers or a message. */
  @Test
  void noDamageIsMoreThanAMessage() throws IOException {
    Random random = new Random(6);
    int read = 0;
    int refused = 0;
    List<byte[]> samples = samples();
    for (int round = 0; round < 4_000; round++) {
      byte[] bytes = samples.get(round % samples.size()).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes = damaged(bytes, random);
      }
      Optional<TraceFormat> format =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(TraceFormat.values()[random.nextInt(TraceFormat.values().length)]);
      TraceChoice choice =
          new TraceChoice(format, Optional.empty(), Optional.empty(), random.nextInt(4) == 0);
      try {
        Trace trace = TraceFiles.read("damaged", new ByteArrayInputStream(bytes), choice);
        assertThat(trace.series()).isNotEmpty();
        assertThat(trace.gapShare()).isBetween(0.0, 1.0);
        for (TimeSeries series : trace.series().values()) {
          assertThat(series.length()).isBetween(1, SeriesCollection.MAX_ROWS);
        }
        read++;
      } catch (TraceFormatException e) {
        assertThat(e).hasMessageStartingWith("damaged:");
        assertThat(e.getMessage()).hasSizeLessThan(600).doesNotContain("\n");
        refused++;
      }
    }
    assertThat(read).isGreaterThan(300);
    assertThat(refused).isGreaterThan(300);
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    if (bytes.length < 4) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = random.nextInt(Math.min(40, bytes.length - at) + 1);
    byte[] made;
    switch (random.nextInt(4)) {
      case 0 -> {
        made = bytes.clone();
        made[at] = (byte) random.nextInt(256);
      }
      case 1 -> {
        made = bytes.clone();
        made[at] = (byte) "0,;-.e\"{[\n9".charAt(random.nextInt(11));
      }
      case 2 -> {
        made = new byte[bytes.length - length];
        System.arraycopy(bytes, 0, made, 0, at);
        System.arraycopy(bytes, at + length, made, at, bytes.length - at - length);
      }
      default -> {
        made = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, made, 0, at + length);
        System.arraycopy(bytes, at, made, at + length, bytes.length - at);
      }
    }
    return made;
  }

  /** Rows of 300,000 machines, as long as they are wanted. */
  private static final class Readings extends InputStream {
    private final long rows;
    private long row;
    private byte[] chunk = new byte[0];
    private int at;

    Readings(long rows) {
      this.rows = rows;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("in chunks only");
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (at == chunk.length) {
        if (row == rows) {
          return -1;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_000 && row < rows; i++, row++) {
          text.append(row / 300_000 * 300).append(",vm").append(row % 300_000).append(",1,3,2\n");
        }
        chunk = text.toString().getBytes(StandardCharsets.US_ASCII);
        at = 0;
      }
      int n = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, to, offset, n);
      at += n;
      return n;
    }
  }

  @Test
  void ofMoreSeriesThanCanBeKeptOneIsRead() throws IOException {
    Trace one =
        TraceFiles.read(
            "readings",
            new Readings(900_000),
            new TraceChoice(Optional.empty(), Optional.empty(), Optional.of("vm250000"), false));
    assertThat(one.series().get("vm250000").values()).containsExactly(2, 2, 2);
    assertThatThrownBy(() -> TraceFiles.read("readings", new Readings(900_000), TraceChoice.ALL))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("more than 100,000 series")
        .hasMessageContaining("--series");
  }

  @Test
  void aTimeFarAwayDoesNotFillTheMemory() {
    for (String rows :
        new String[] {
          "0,x,1,2,3\n90000000000,x,1,2,3\n",
          "0,x,1,2,3\n-90000000000,x,1,2,3\n",
          // A thousand series with a hole of three years each.
          many()
        }) {
      assertThatThrownBy(() ->
              TraceFiles.read(
                  "far",
                  new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)),
                  new TraceChoice(
                      Optional.of(TraceFormat.AZURE_VM),
                      Optional.empty(),
                      Optional.empty(),
                      false)))
          .isInstanceOf(TraceFormatException.class)
          .hasMessageContaining("more than 20,000,000 points");
    }
  }

  private static String many() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      rows.append("0,vm").append(i).append(",1,2,3\n");
      rows.append("99999900,vm").append(i).append(",1,2,3\n");
    }
    return rows.toString();
  }

  /** Of Parquet its library notices what is cut off; it has no sums of the bytes to notice more. */
  @Test
  void parquetThatIsCutOffIsAFormatProblem(@TempDir Path folder) throws IOException {
    Path from = PublicTracesTest.resources().resolve("opendc");
    byte[] tasks = Files.readAllBytes(from.resolve("tasks.parquet"));
    byte[] fragments = Files.readAllBytes(from.resolve("fragments.parquet"));
    for (int length = 4; length < fragments.length; length += 31) {
      Files.write(folder.resolve("tasks.parquet"), tasks);
      Files.write(folder.resolve("fragments.parquet"), Arrays.copyOf(fragments, length));
      assertThatThrownBy(() -> TraceFiles.read(folder, TraceChoice.ALL, (_, _) -> {}))
          .isInstanceOf(TraceFormatException.class)
          .hasMessageContaining("copy the file again");
    }
  }

  private static Trace read(TraceFormat format, String text) throws IOException {
    return TraceFiles.read(
        "file",
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        new TraceChoice(Optional.of(format), Optional.empty(), Optional.empty(), false));
  }

  /** Times that would come back into range, were they multiplied before they are looked at. */
  @Test
  void aTimeThatOverflowsIsToldWithItsLine() {
    long wraps = (1L << 61) / 125; // times 1,000 it is 2^64, which is 0
    record Row(TraceFormat format, String text) {}
    for (Row row :
        new Row[] {
          new Row(TraceFormat.AZURE_VM, "0,vm,1,3,2\n%d,vm,1,3,2\n"),
          new Row(TraceFormat.ALIBABA_2018, "m_1,0,20,30,0,0,0,0,1\nm_1,%d,20,30,0,0,0,0,1\n"),
        }) {
      assertThatThrownBy(() -> read(row.format(), row.text().formatted(wraps)))
          .isInstanceOf(TraceFormatException.class)
          .hasMessageStartingWith("file:2:")
          .hasMessageContaining("since 1970 is none");
    }
  }

  @Test
  void rowsOfCallsThatAreCutOffAreNotPassedOver() {
    String cut = PublicTracesTest.CALLS_2021.replace("3,60000,shop,i1,HTTP_MCR,3", "3,60000,sh");
    assertThatThrownBy(() -> read(TraceFormat.ALIBABA_MICROSERVICES, cut))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageStartingWith("file:5:")
        .hasMessageContaining("the row has 3 cells, not 6");
  }

  /**
   * A log that is sorted backwards is read as one that is not, and as fast: a year of minutes,
   * whose every row comes before all others, would take hours if each moved all that are there.
   */
  @Test
  void aLogIsTheSameBackwards() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int minute = 0; minute < 365 * 1_440; minute++) {
      if (minute % 7 != 3 && (minute < 200_000 || minute > 200_700)) {
        int day = minute / 1_440;
        lines.add(
            "h - - [%s:%02d:%02d:00 +0000] \"GET / HTTP/1.0\" 200 1"
                .formatted(
                    LocalDate.of(1998, 1, 1)
                        .plusDays(day)
                        .format(DateTimeFormatter.ofPattern("dd/MMM/yyyy", Locale.ENGLISH)),
                    minute / 60 % 24,
                    minute % 60));
      }
    }
    Trace forwards = read(TraceFormat.COMMON_LOG, String.join("\n", lines));
    Trace backwards = read(TraceFormat.COMMON_LOG, String.join("\n", lines.reversed()));
    assertThat(backwards.series()).isEqualTo(forwards.series());
    assertThat(forwards.series().get("requests").length()).isEqualTo(365 * 1_440);
    assertThat(forwards.gapShare()).isBetween(700.0 / 525_600, 703.0 / 525_600);
  }

  /**
   * Of every format: nothing, a header alone, a million columns, rubbish, cut off at every byte.
   */
  @Test
  void whatIsNoTraceIsToldWhateverItIsTakenFor() throws IOException {
    byte[] rubbish = new byte[1 << 16];
    new Random(7).nextBytes(rubbish);
    List<byte[]> none = new ArrayList<>();
    none.add(new byte[0]);
    none.add("\n\n".getBytes(StandardCharsets.UTF_8));
    none.add("x,".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
    none.add("x;".repeat(1_000_000).getBytes(StandardCharsets.UTF_8));
    none.add(("{\"a\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8));
    none.add(rubbish);
    none.add(PublicTracesTest.gzip(rubbish));
    for (byte[] sample : samples()) {
      int header = 0;
      while (header < sample.length && sample[header] != '\n') {
        header++;
      }
      if (sample[0] > '9' && header < sample.length && sample[0] != 'm' && sample[0] != '{') {
        none.add(Arrays.copyOf(sample, header)); // which begins with the names of columns
      }
    }
    for (TraceFormat format : TraceFormat.values()) {
      for (byte[] bytes : none) {
        assertThatThrownBy(() ->
                TraceFiles.read(
                    "file",
                    new ByteArrayInputStream(bytes),
                    new TraceChoice(
                        Optional.of(format), Optional.empty(), Optional.empty(), false)))
            .as("%s of %d bytes", format, bytes.length)
            .isInstanceOf(TraceFormatException.class)
            .hasMessageStartingWith("file:");
      }
    }
  }
}
