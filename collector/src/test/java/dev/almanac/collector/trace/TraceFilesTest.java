package dev.almanac.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.almanac.predictor.series.TimeSeries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFilesTest {
  @TempDir Path folder;

  @Test
  void readsOneSeriesAndLeavesGapsAbsent() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("requests_1min.csv"),
            "timestamp,value\n1700000040,1\n1700000100,-2.5\n1700000220,1e3\n1700000280,0\n");
    assertThat(TraceFiles.read(file))
        .containsExactly(
            entry(
                "requests_1min",
                new TimeSeries(1_700_000_040, 60, new double[] {1, -2.5, Double.NaN, 1000, 0})));
  }

  @Test
  void readsSeveralSeriesInTheOrderOfTheFileEachWithItsStep() throws Exception {
    assertThat(
            read(
                """
                series,timestamp,value
                b,0,1
                b,300,2
                "a, ""x"" b",-3600,3
                "a, ""x"" b",0,4
                größe,10,5
                größe,20,6
                """))
        .containsExactly(
            entry("b", new TimeSeries(0, 300, new double[] {1, 2})),
            entry("a, \"x\" b", new TimeSeries(-3600, 3600, new double[] {3, 4})),
            entry("größe", new TimeSeries(10, 10, new double[] {5, 6})));
  }

  @Test
  void takesCarriageReturnsAMarkABlankEndAndNoEnd() throws Exception {
    TimeSeries expected = new TimeSeries(0, 60, new double[] {1, 2});
    for (String text :
        new String[] {
          "timestamp,value\r\n0,1\r\n60,2\r\n",
          "\ufefftimestamp,value\n0,1\n60,2",
          "Timestamp, Value\n0,1\n60,2\n\n\n",
          "timestamp,value\n\"0\",\"1\"\n60,2\n"
        }) {
      assertThat(read(text)).as(text).containsExactly(entry("trace", expected));
    }
  }

  @Test
  void readsGzipByItsContent() throws Exception {
    String csv = "timestamp,value\n0,1\n60,2\n";
    Path file = Files.write(folder.resolve("a.csv.gz"), gzip(csv));
    TimeSeries expected = new TimeSeries(0, 60, new double[] {1, 2});
    assertThat(TraceFiles.read(file)).containsExactly(entry("a", expected));
    assertThat(TraceFiles.read("plain name", new ByteArrayInputStream(gzip(csv))))
        .containsExactly(entry("plain name", expected));
  }

  @Test
  void theStepIsTheMostCommonDistance() throws Exception {
    assertThat(read("timestamp,value\n0,1\n120,1\n180,1\n240,1\n420,1\n").get("trace"))
        .isEqualTo(
            new TimeSeries(
                0, 60, new double[] {1, Double.NaN, 1, 1, 1, Double.NaN, Double.NaN, 1}));
    assertThat(read("timestamp,value\n0,1\n120,1\n180,1\n").get("trace").stepSeconds())
        .as("the smaller of two that are equally common")
        .isEqualTo(60);
  }

  @Test
  void readsTheAnswerOfAQuery() throws Exception {
    String json =
        """

        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"__name__":"up","job":"a\\"b"},"values":[[1700000040.5,"1"],[1700000100.5,"NaN"],[1700000160.5,"-3"]]},
          {"metric":{"__name__":"up"},"values":[[0,"1"],[60,"2"]]},
          {"values":[[0,"1"],[3600,"2"]],"metric":{"pod":"x"}},
          {"metric":{},"values":[[0,"1"],[30,"2"]]}]}}
        """;
    for (byte[] bytes : new byte[][] {json.getBytes(StandardCharsets.UTF_8), gzip(json)}) {
      assertThat(TraceFiles.read("dir/saved.json", new ByteArrayInputStream(bytes)))
          .containsExactly(
              entry(
                  "up{job=\"a\\x22b\"}",
                  new TimeSeries(1_700_000_040, 60, new double[] {1, Double.NaN, -3})),
              entry("up", new TimeSeries(0, 60, new double[] {1, 2})),
              entry("{pod=\"x\"}", new TimeSeries(0, 3600, new double[] {1, 2})),
              entry("saved", new TimeSeries(0, 30, new double[] {1, 2})));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~                              | 1 | header is missing
          0,1;60,2                        | 1 | begin the file with timestamp,value or series,timestamp,value
          time,value;0,1                  | 1 | header is missing
          timestamp,value,unit;0,1,s      | 1 | header is missing
          timestamp,value                 | 2 | there are no rows
          timestamp,value;0,1             | 2 | only 1 row
          timestamp,value;0,1;60,abc      | 3 | value "abc" is not a number
          timestamp,value;0,1;60,1.5.2    | 3 | value "1.5.2" is not a number
          timestamp,value;0,1;60,0x10     | 3 | is not a number
          timestamp,value;0,1;60, 2       | 3 | value " 2" is not a number
          timestamp,value;0,1;60,NaN      | 3 | value "NaN" is not finite; leave the row out
          timestamp,value;0,1;60,+Inf     | 3 | value "+Inf" is not finite
          timestamp,value;0,1;60,1e999    | 3 | value "1e999" is not finite
          timestamp,value;0,1;60,         | 3 | the row has no value; leave the row out
          timestamp,value;0,1;60          | 3 | the row has no value
          timestamp,value;0,1;60,2,3      | 3 | too many cells
          timestamp,value;0,1;,2          | 3 | lacks its first cell
          timestamp,value;0,1;;60,2       | 3 | a row is empty
          timestamp,value;0,1;60.5,2      | 3 | timestamp "60.5" is not a whole number
          timestamp,value;2024-01-01,2    | 2 | timestamps are whole epoch seconds
          timestamp,value;1700000040000,1 | 2 | milliseconds?
          timestamp,value;99999999999999999999,1 | 2 | is not a whole number
          timestamp,value;0,1;60,2;60,3   | 4 | timestamp 60 comes twice
          timestamp,value;0,1;60,2;30,3   | 4 | timestamp 30 comes after 60
          timestamp,value;0,1;60,1;120,1;150,1;210,1 | 5 | timestamp 150 lies off the grid of 60 s
          timestamp,value;0,1;1,1;99999999999,1      | 2 | spans
          timestamp,value;0,1;90000,1     | 2 | step of 90,000 s
          series,timestamp,value;a,0,1;a,60,1;b,0,1;b,0,1 | 5 | timestamp 0 comes twice
          series,timestamp,value;a,0,1;a,60,1;b,0,1;b,60,1;a,120,1;a,180,1 | 6 | series a comes a second time
          series,timestamp,value;a,0,1;b,0,1 | 2 | series a has only 1 row
          series,timestamp,value;,0,1     | 2 | lacks its first cell
          series,timestamp,value;a,0      | 2 | no value
          """)
  void saysWhatIsWrongAndWhere(String rows, long line, String problem) {
    String csv = rows.replace(';', '\n');
    assertThatThrownBy(() -> read(csv))
        .isInstanceOfSatisfying(
            TraceFormatException.class,
            e -> {
              assertThat(e.line()).isEqualTo(line);
              assertThat(e).hasMessageStartingWith("trace.csv:" + line + ": ");
              assertThat(e).hasMessageContaining(problem).hasMessageContaining("; ");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {                                                     | 1 | cut off
          {}                                                    | 1 | no status
          {"status":"error","error":"bad query"}                | 1 | bad query
          {"status":"success","data":{"resultType":"vector"}}   | 1 | expected matrix
          {"status":"success","data":{"resultType":"matrix","result":[]}} | 1 | holds no series
          {"data":;{"result":[{"values":[;[0,"1"],[0,"2"]]}]}}  | 2 | timestamp 0 comes twice
          {"data":;{"result":[{"values":[;[0,"1"],[60,"+Inf"]]}]}} | 3 | a value is Infinity
          {"data":;{"result":[{"values":[;[0,"1"],[60,"x"]]}]}} | 3 | a value is not a number
          {"data":;{"result":[{"values":[[0,"1"]]},{"values":[]}]}} | 2 | only 1 row
          """)
  void saysWhatIsWrongWithAnAnswerAndWhere(String rows, long line, String problem) {
    assertThatThrownBy(() ->
            TraceFiles.read(
                "trace.json",
                new ByteArrayInputStream(rows.replace(';', '\n').getBytes(StandardCharsets.UTF_8))))
        .isInstanceOfSatisfying(
            TraceFormatException.class,
            e -> {
              assertThat(e).hasMessageStartingWith("trace.json:" + line + ": ");
              assertThat(e).hasMessageContaining(problem);
            });
  }

  @Test
  void aFileThatIsNotThereIsNoFormatProblem() {
    assertThatThrownBy(() -> TraceFiles.read(folder.resolve("none.csv")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void damagedGzipIsAFormatProblem() throws Exception {
    byte[] whole = gzip("timestamp,value\n0,1\n60,2\n".repeat(1000));
    for (int length : new int[] {2, 5, 12, whole.length / 2, whole.length - 4}) {
      assertThatThrownBy(
              () -> TraceFiles.read("a.csv.gz", new ByteArrayInputStream(whole, 0, length)))
          .isInstanceOf(TraceFormatException.class);
    }
  }

  @Test
  void aGzipBombIsNotUnpacked() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("timestamp,value\n".getBytes(StandardCharsets.UTF_8));
      byte[] zeros = "0".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 2000; i++) {
        gzip.write(zeros);
        gzip.write('\n');
      }
    }
    assertThatThrownBy(() -> TraceFiles.read("a.gz", new ByteArrayInputStream(bytes.toByteArray())))
        .isInstanceOf(TraceFormatException.class);
    assertThatThrownBy(() ->
            BoundedInput.open("a.gz", new ByteArrayInputStream(bytes.toByteArray()), _ -> {})
                .transferTo(OutputStream.nullOutputStream()))
        .isInstanceOf(TraceFormatException.class)
        .hasMessageContaining("expands to more than 200 times");
  }

  @Test
  void endlessTextIsNotKept() {
    for (String start :
        new String[] {"", "timestamp,value\n0,", "timestamp,value\n\"", "{\"a\":\""}) {
      assertThatThrownBy(() -> TraceFiles.read("endless", new Endless(start)))
          .isInstanceOf(TraceFormatException.class);
    }
  }

  @Test
  void cellsInMessagesAreShort() {
    assertThatThrownBy(() -> read("timestamp,value\n0," + "x".repeat(3000)))
        .isInstanceOf(TraceFormatException.class)
        .message()
        .hasSizeLessThan(200);
  }

  /** Some text, then x for ever. */
  private static final class Endless extends InputStream {
    private final byte[] start;
    private int next;

    Endless(String start) {
      this.start = start.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read() {
      return next < start.length ? start[next++] : 'x';
    }
  }

  private static SequencedMap<String, TimeSeries> read(String csv) throws IOException {
    return TraceFiles.read(
        "trace.csv", new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
