package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.metrics.SeriesReading;
import dev.almanac.predictor.series.TimeSeries;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeDecoderTest {
  private static final long START = 1_700_000_040;

  private static final String FULL =
      """
      {"status":"success","isPartial":false,"data":{"resultType":"matrix","result":[{"metric":\
      {"__name__":"größe","pod":"a\\"b\\u00e9"},"values":[[1700000040,"1"],[1700000100.000,"2.5e3"],\
      [1700000220,"0"]]}],"stats":{"seriesFetched":"1","deep":[[{"a":[]}],1.5e3,null,true]}},\
      "warnings":["store \\n eu-1 is down"],"infos":["rate() of a gauge"]}
      """;

  @Test
  void readsSamplesOntoTheGridAndLeavesGapsAbsent() {
    assertThat(decode(matrix("[1700000040,\"1\"],[1700000100,\"2.5e3\"],[1700000220,\"-0\"]")))
        .isEqualTo(present(1, 2500, Double.NaN, 0));
  }

  @Test
  void anEmptyMatrixIsNoData() {
    assertThat(decode(result("matrix", "")))
        .isEqualTo(new SeriesReading.NoData("no sample in the range"));
    assertThat(decode(matrix(""))).isEqualTo(new SeriesReading.NoData("no sample in the range"));
  }

  @Test
  void unknownKeysAreSkippedAndWarningsMakeItPartial() {
    assertThat(decode(FULL))
        .isEqualTo(
            new SeriesReading.Partial(
                series(1, 2500, Double.NaN, 0), "warnings: store eu-1 is down"));
  }

  @Test
  void theResultDoesNotDependOnWhereChunksEnd() {
    byte[] bytes = FULL.getBytes(StandardCharsets.UTF_8);
    SeriesReading whole = decode(FULL);
    for (int cut = 0; cut <= bytes.length; cut++) {
      RangeDecoder decoder = new RangeDecoder(START, 60, 4);
      assertThat(decoder.feed(bytes, 0, cut)).isTrue();
      assertThat(decoder.feed(bytes, cut, bytes.length - cut)).isTrue();
      assertThat(decoder.finish()).as("cut at byte %d", cut).isEqualTo(whole);
    }
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(decoder.feed(bytes, i, 1)).isTrue();
    }
    assertThat(decoder.finish()).isEqualTo(whole);
  }

  @Test
  void everyPrefixIsInvalid() {
    byte[] bytes = FULL.strip().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      RangeDecoder decoder = new RangeDecoder(START, 60, 4);
      decoder.feed(bytes, 0, length);
      assertThat(decoder.finish())
          .as("first %d bytes", length)
          .isInstanceOf(SeriesReading.Invalid.class);
    }
  }

  @Test
  void keysMayComeInAnyOrder() {
    assertThat(
            decode(
                """
                {"data":{"result":[{"values":[[1700000040,"7"]],"metric":{"a":"b"}}],
                 "resultType":"matrix"},"warnings":null,"status":"success"}\
                """))
        .isEqualTo(present(7, Double.NaN, Double.NaN, Double.NaN));
  }

  @Test
  void victoriaMetricsSaysPartialInItsOwnWay() {
    assertThat(
            decode(
                """
                {"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[
                {"metric":{},"values":[[1700000220,"7"]]}]}}\
                """))
        .isInstanceOf(SeriesReading.Partial.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "+Inf", "-Inf", "Inf", "-5", "1e308", "1e999", "-1e-300"})
  void anUnusableSampleIsAbsentAndNeverHidesBehindAnOlderOne(String value) {
    assertThat(
            decode(matrix("[1700000040,\"1\"],[1700000100,\"" + value + "\"],[1700000160,\"3\"]")))
        .isEqualTo(present(1, Double.NaN, 3, Double.NaN));
    assertThat(decode(matrix("[1700000040,\"1\"],[1700000100,\"" + value + "\"]")))
        .isInstanceOfSatisfying(
            SeriesReading.Invalid.class,
            invalid ->
                assertThat(invalid.detail())
                    .startsWith("the newest sample, of 2023-11-14T22:15:00Z, is "));
  }

  @Test
  void noDoubleGetsThroughThatIsNoMeasurement() {
    Random random = new Random(11);
    for (int n = 0; n < 50_000; n++) {
      double value = Double.longBitsToDouble(random.nextLong());
      String text =
          Double.isNaN(value)
              ? "NaN"
              : Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
      SeriesReading reading = decode(matrix("[1700000100,\"" + text + "\"]"));
      if (value >= 0 && value <= 1e18) {
        assertThat(reading).isEqualTo(present(Double.NaN, value, Double.NaN, Double.NaN));
      } else {
        assertThat(reading).as(text).isInstanceOf(SeriesReading.Invalid.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "null",
        "\"1,5\"",
        "\"abc\"",
        "\" 1\"",
        "\"0x1p3\"",
        "\"1d\"",
        "\"Infinity\"",
        "\"nan\"",
        "\"-\"",
        "\"1e\"",
        "\"1.2.3\"",
        "12",
        "true",
        "[]",
        "{}",
        "\"1\",\"2\"",
        "\"--1\""
      })
  void aMalformedValueMakesTheAnswerInvalidWhereverItStands(String value) {
    assertThat(decode(matrix("[1700000040," + value + "],[1700000100,\"1\"]")))
        .isInstanceOf(SeriesReading.Invalid.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1700000041,\"1\"]                    | lies off the grid",
        "[1700000040.5,\"1\"]                  | lies off the grid",
        "[1700000070,\"1\"]                    | lies off the grid",
        "[1699999980,\"1\"]                    | lies off the grid",
        "[1700000280,\"1\"]                    | lies off the grid",
        "[1700000040,\"1\"],[1700000040,\"1\"] | come twice or late",
        "[1700000100,\"1\"],[1700000040,\"1\"] | come twice or late",
        "[\"1700000040\",\"1\"]                | time of a point is not a number",
        "[null,\"1\"]                          | time of a point is not a number",
        "[1e300,\"1\"]                         | out of range",
        "[99999999999999999,\"1\"]             | out of range",
        "[1700000040]                          | a value is not a string",
        "[]                                    | time of a point is not a number",
        "1700000040                            | a point is not an array",
        "{}                                    | a point is not an array"
      })
  void pointsThatWereNotAskedForAreInvalid(String points, String why) {
    assertThat(decode(matrix(points)))
        .isInstanceOfSatisfying(
            SeriesReading.Invalid.class, invalid -> assertThat(invalid.detail()).contains(why));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<html><body>secret body</body>                              | not JSON",
        "secret body                                                 | not JSON",
        "~~                                                          | cut off",
        "[]                                                          | not a JSON object",
        "{}                                                          | no status",
        "{\"status\":\"success\"}                                    | no result",
        "{\"status\":\"success\",\"data\":null}                      | no result",
        "{\"status\":\"success\",\"data\":[]}                        | data is not an object",
        "{\"status\":1}                                              | status is not a string",
        "{\"status\":\"success\",\"data\":{\"result\":null}}         | result is not an array",
        "{\"status\":\"success\",\"data\":{\"result\":[]}}           | unknown type",
        "{\"status\":\"success\",\"data\":{\"result\":[1]}}          | not an object",
        "{\"status\":\"success\",\"data\":{\"result\":[{}]}}         | has no values",
        "{\"data\":{\"resultType\":\"vector\",\"result\":[]}}        | a vector, expected matrix",
        "{\"data\":{\"resultType\":\"secret body\",\"result\":[]}}   | unknown type",
        "{\"status\":\"success\",\"status\":\"success\"}             | not JSON",
        "{\"warnings\":[1]}                                          | warnings is not a string",
        "{\"data\":{\"result\":[{\"histograms\":[]}]}}               | native histogram",
        "{\"data\":{\"result\":[{\"metric\":{\"a\":1}}]}}            | label is not a string",
      })
  void answersThatAreNotPrometheusAreInvalid(String body, String why) {
    assertThat(decode(body))
        .isInstanceOfSatisfying(
            SeriesReading.Invalid.class,
            invalid -> assertThat(invalid.detail()).contains(why).doesNotContain("secret"));
  }

  @Test
  void aSecondSeriesIsInvalidAndEndsTheReading() {
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    byte[] body =
        result(
                "matrix",
                "{\"metric\":{},\"values\":[[1700000040,\"1\"]]},{\"metric\":{},\"values\":[]}")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(decoder.feed(body, 0, body.length)).isFalse();
    assertThat(decoder.feed(body, 0, body.length)).isFalse();
    assertThat(decoder.finish())
        .isEqualTo(new SeriesReading.Invalid("the query yields more than one series"));
  }

  @Test
  void somethingBehindTheEndIsInvalid() {
    assertThat(decode(FULL + "{}"))
        .isEqualTo(new SeriesReading.Invalid("something follows the end of the answer"));
    assertThat(decode(FULL + "\n  \n")).isInstanceOf(SeriesReading.Partial.class);
  }

  @Test
  void aLongTextOrDeepNestingIsCutOff() {
    for (String body :
        new String[] {
          "{\"status\":\"" + "x".repeat(2_000_000),
          "{\"x\":" + "[".repeat(100_000),
          "{\"x\":" + "1".repeat(100_000),
          "{\"" + "x".repeat(100_000)
        }) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      RangeDecoder decoder = new RangeDecoder(START, 60, 4);
      boolean wanted = true;
      for (int i = 0; i < bytes.length && wanted; i += 8192) {
        wanted = decoder.feed(bytes, i, Math.min(8192, bytes.length - i));
      }
      assertThat(wanted).isFalse();
      assertThat(decoder.finish()).isInstanceOf(SeriesReading.Invalid.class);
    }
  }

  @Test
  void endlessLabelsAreCutOff() {
    StringBuilder labels = new StringBuilder("\"a\":\"b\"");
    for (int i = 0; i < 10_000; i++) {
      labels.append(",\"label_").append(i).append("\":\"value\"");
    }
    assertThat(decode(result("matrix", "{\"metric\":{" + labels + "}}")))
        .isInstanceOf(SeriesReading.Invalid.class);
  }

  @Test
  void theStoresErrorIsQuotedOnOneShortLine() {
    assertThat(
            decode(
                """
                {"status":"error","errorType":"bad_data","error":"line one\\nline\\u0000two \
                \\u202etricky %s"}\
                """
                    .formatted("x".repeat(1000))))
        .isInstanceOfSatisfying(
            SeriesReading.Invalid.class,
            invalid ->
                assertThat(invalid.detail())
                    .startsWith(
                        "the store answers with an error: bad_data: line one line two tricky xxx")
                    .doesNotContain("\n", "\u202e", "\0")
                    .hasSizeLessThan(250));
  }

  @Test
  void aCoarserStepIsNotTakenForASeriesWithGaps() {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < 20; i += 2) {
      points.append(i == 0 ? "" : ",").append("[%d,\"1\"]".formatted(START + 60L * i));
    }
    RangeDecoder decoder = new RangeDecoder(START, 60, 20);
    byte[] body = matrix(points.toString()).getBytes(StandardCharsets.UTF_8);
    decoder.feed(body, 0, body.length);
    assertThat(decoder.finish())
        .isEqualTo(new SeriesReading.Invalid("samples come every 120 s, asked for every 60 s"));
  }

  @Test
  void bodiesOfOneRangeAreJoined() {
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    assertThat(piece(decoder, 0, matrix("{\"a\":\"b\"}", "[1700000100,\"2\"]"))).isEmpty();
    assertThat(piece(decoder, 2, matrix("{\"a\":\"b\"}", "[1700000160,\"3\"]"))).isEmpty();
    assertThat(decoder.reading()).isEqualTo(present(Double.NaN, 2, 3, Double.NaN));
  }

  @Test
  void twoSeriesAreTwoAlsoWhenEachHasItsOwnBody() {
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    assertThat(piece(decoder, 0, matrix("{\"a\":\"b\"}", "[1700000100,\"2\"]"))).isEmpty();
    assertThat(piece(decoder, 2, matrix("{\"a\":\"c\"}", "[1700000160,\"3\"]")))
        .contains("the query yields more than one series");
  }

  @Test
  void aBodyMayNotAnswerForAnother() {
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    assertThat(piece(decoder, 0, matrix("[1700000160,\"2\"]"))).isNotEmpty();
  }

  private static java.util.Optional<String> piece(RangeDecoder decoder, int first, String body) {
    decoder.next(first, 2);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    decoder.feed(bytes, 0, bytes.length);
    return decoder.endBody();
  }

  private static SeriesReading decode(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    RangeDecoder decoder = new RangeDecoder(START, 60, 4);
    decoder.feed(bytes, 0, bytes.length);
    return decoder.finish();
  }

  private static TimeSeries series(double... values) {
    return new TimeSeries(START, 60, values);
  }

  private static SeriesReading present(double... values) {
    return new SeriesReading.Present(series(values));
  }

  private static String matrix(String points) {
    return matrix("{}", points);
  }

  private static String matrix(String labels, String points) {
    return result("matrix", "{\"metric\":" + labels + ",\"values\":[" + points + "]}");
  }

  private static String result(String type, String elements) {
    return """
    {"status":"success","data":{"resultType":"%s","result":[%s]}}\
    """
        .formatted(type, elements);
  }
}
