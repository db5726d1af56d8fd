package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.almanac.predictor.metrics.Reading;
import dev.almanac.predictor.scaling.AutoscalerState;
import dev.almanac.predictor.scaling.Decision;
import dev.almanac.predictor.scaling.Observation;
import dev.almanac.predictor.scaling.Risk;
import dev.almanac.predictor.scaling.ScalingPolicy;
import dev.almanac.predictor.scaling.Stage;
import dev.almanac.service.log.RecordCodec.Decoded;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

  /** Every type that a component may have, such as later policies will bring. */
  record Everything(
      int count,
      long total,
      double share,
      boolean on,
      String text,
      Instant at,
      Duration window,
      LocalTime from,
      ZoneId zone,
      Stage stage,
      Optional<String> maybe,
      OptionalInt maybeInt,
      OptionalLong maybeLong,
      OptionalDouble maybeDouble,
      List<Integer> counts,
      Optional<List<Nested>> nested,
      Map<String, Long> named,
      int[] ints,
      String[][] texts,
      Shape shape) {}

  record Nested(double value) {}

  sealed interface Shape {
    record Circle(double radius) implements Shape {}

    record NothingAtAll() implements Shape {}

    sealed interface Straight extends Shape {
      record Square(double side) implements Straight {}
    }
  }

  private static final RecordCodec<Everything> EVERYTHING = RecordCodec.of(Everything.class);
  private static final RecordCodec<ScalingPolicy> POLICY = RecordCodec.of(ScalingPolicy.class);
  private static final RecordCodec<Observation> OBSERVATION = RecordCodec.of(Observation.class);
  private static final RecordCodec<AutoscalerState> STATE = RecordCodec.of(AutoscalerState.class);
  private static final RecordCodec<Decision> DECISION = RecordCodec.of(Decision.class);
  private static final RecordCodec<Reading> READING = RecordCodec.of(Reading.class);
  private static final RecordCodec<Nested> NESTED = RecordCodec.of(Nested.class);

  @Test
  void writesComponentsInOrderWithoutWhiteSpace() {
    assertThat(text(POLICY, Steps.policy()))
        .isEqualTo(
            """
            {"minReplicas":2,"maxReplicas":40,"stage":"FULL","capacity":120.0,\
            "reactive":{"metrics":[],"targetUtilization":0.7,"tolerance":0.1,\
            "downscaleStabilization":"PT5M","behavior":null},\
            "interval":"PT15S","maxAge":"PT2M","leadTime":{"assumed":"PT1M","fixed":false},\
            "risk":{"kind":"prices","idlePrice":1.0,"shortPrice":19.0},\
            "stepCaps":{"window":"PT1M","upReplicas":32,"upShare":7.0,"downShare":0.25},\
            "guards":{"direction":"BOTH","leastCoverage":null,"vetoes":[]},"floors":[],"actuation":"SCALE"}\
            """);
  }

  @Test
  void namesTheRecordsOfASealedInterfaceInSnakeCase() {
    assertThat(text(READING, new Reading.NoData("empty")))
        .isEqualTo("{\"kind\":\"no_data\",\"detail\":\"empty\"}");
    assertThat(text(RecordCodec.of(Risk.class), new Risk.ShortTimePerMonth(Duration.ofMinutes(30))))
        .isEqualTo("{\"kind\":\"short_time_per_month\",\"budget\":\"PT30M\"}");
    assertThat(text(RecordCodec.of(Decision.Answer.class), new Decision.Answer.Hold()))
        .isEqualTo("{\"kind\":\"hold\"}");
  }

  @Test
  void givesBackEqualValuesAndEqualBytes() {
    Steps steps = new Steps("shop/web");
    for (int i = 0; i < 300; i++) {
      AutoscalerState before = steps.state();
      DecisionLog.Taken taken = steps.take();
      roundTrip(OBSERVATION, taken.observation());
      roundTrip(DECISION, taken.step().decision());
      roundTrip(STATE, before);
    }
    roundTrip(POLICY, Steps.policy());
  }

  @Test
  void knowsEveryOrdinaryType() {
    Everything value =
        new Everything(
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            -0.0,
            true,
            "quote \" backslash \\ line\nbreak \u0000 \u007f \u2028 \u00e4 \u20ac \ud83d\ude80",
            Instant.parse("2026-03-02T08:00:00.000000001Z"),
            Duration.ofSeconds(-1, 5),
            LocalTime.of(23, 59),
            ZoneId.of("Europe/Berlin"),
            Stage.SHADOW,
            Optional.of(""),
            OptionalInt.of(3),
            OptionalLong.of(4),
            OptionalDouble.of(5e-324),
            List.of(1, 2, 3),
            Optional.of(List.of(new Nested(1), new Nested(2))),
            Map.of("b", 2L, "a", 1L),
            new int[] {1, 2},
            new String[][] {{}, {"x", "y"}},
            new Shape.Straight.Square(2));
    byte[] json = EVERYTHING.write(value);
    assertThat(new String(json, UTF_8))
        .contains("\"share\":-0.0,", "\"named\":{\"a\":1,\"b\":2}", "\"kind\":\"square\"")
        .contains("\"maybeDouble\":4.9E-324");
    Everything again = value(EVERYTHING, json);
    assertThat(again).usingRecursiveComparison().isEqualTo(value);
    assertThat(EVERYTHING.write(again)).isEqualTo(json);
  }

  @Test
  void writesEmptyAsNull() {
    Everything value =
        new Everything(
            0,
            0,
            0,
            false,
            "",
            Instant.EPOCH,
            Duration.ZERO,
            LocalTime.MIDNIGHT,
            ZoneId.of("Z"),
            Stage.FULL,
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            List.of(),
            Optional.empty(),
            Map.of(),
            new int[0],
            new String[0][],
            new Shape.NothingAtAll());
    byte[] json = EVERYTHING.write(value);
    assertThat(new String(json, UTF_8))
        .contains("\"maybe\":null,\"maybeInt\":null,\"maybeLong\":null,\"maybeDouble\":null")
        .contains("\"shape\":{\"kind\":\"nothing_at_all\"}");
    assertThat(value(EVERYTHING, json)).usingRecursiveComparison().isEqualTo(value);
  }

  @Test
  void keepsEveryDoubleBitForBit() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        byte[] json = NESTED.write(new Nested(value));
        assertThat(json).isEqualTo(("{\"value\":" + value + "}").getBytes(UTF_8));
        assertThat(Double.doubleToRawLongBits(value(NESTED, json).value()))
            .isEqualTo(Double.doubleToRawLongBits(value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesToWriteWhatIsNotANumberAndNamesIt(double value) {
    Everything nested =
        new Everything(
            0,
            0,
            0,
            false,
            "",
            Instant.EPOCH,
            Duration.ZERO,
            LocalTime.MIDNIGHT,
            ZoneId.of("Z"),
            Stage.FULL,
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            List.of(),
            Optional.of(List.of(new Nested(1), new Nested(value))),
            Map.of(),
            new int[0],
            new String[0][],
            new Shape.NothingAtAll());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EVERYTHING.write(nested))
        .withMessageStartingWith("nested[1].value is " + value);
  }

  /** A source may answer with anything, and none of it may stop the log. */
  @Test
  void keepsHalfASurrogatePair() {
    for (String half : List.of("\ud83d", "\ude80", "\ude80\ud83d", "a \ud83d b")) {
      roundTrip(READING, new Reading.NoData(half));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"samples":1,"p50":"PT1S"}                             | p90     | missing
          {"samples":1,"p90":"PT1S"}                             | p50     | missing: found p90 in its place
          {}                                                     | samples | missing
          {"samples":1,"p50":"PT1S","p90":"PT2S","p99":"PT3S"}   | p99     | unknown field
          {"sample":1,"p50":"PT1S","p90":"PT2S"}                 | sample  | unknown field, samples must stand here
          {"samples":1,"samples":1,"p50":"PT1S","p90":"PT2S"}    | p50     | missing: found samples in its place
          {"samples":1,"p50":"PT1S","p90":"PT2S","p50":"PT1S"}   | p50     | stands here for the second time
          {"samples":1.0,"p50":"PT1S","p90":"PT2S"}              | samples | must be a whole number, is a fraction
          {"samples":"1","p50":"PT1S","p90":"PT2S"}              | samples | must be a whole number, is a string
          {"samples":null,"p50":"PT1S","p90":"PT2S"}             | samples | must be a whole number, is null
          {"samples":99999999999,"p50":"PT1S","p90":"PT2S"}      | samples | does not fit an int: 99999999999
          {"samples":1,"p50":"1 s","p90":"PT2S"}                 | p50     | cannot be read: 1 s
          {"samples":1,"p50":5,"p90":"PT2S"}                     | p50     | must be a string, is a whole number
          {"samples":1,"p50":"PT1S","p90":"PT2S"}{}              |         | something stands behind the end
          [1]                                                    |         | must be an object, is an array
          """)
  void isStrict(String json, String path, String reason) {
    var broken = broken(RecordCodec.of(Times.class), json);
    assertThat(broken.path()).isEqualTo(path == null ? "" : path);
    assertThat(broken.reason()).isEqualTo(reason);
  }

  /** The simplest record. */
  record Times(int samples, Duration p50, Duration p90) {}

  @Test
  void namesThePathOfNestedFields() {
    String sound = text(OBSERVATION, Steps.observation(7));
    assertThat(broken(OBSERVATION, sound.replace("\"p90\":\"PT48.25S\"", "\"p90\":\"x\"")))
        .isEqualTo(
            new Decoded.Broken<>(
                "target.startUpTimes.p90", sound.indexOf("PT48.25S"), "cannot be read: x"));
    assertThat(broken(OBSERVATION, sound.replace("\"levels\":[0.5,", "\"levels\":[5,")).path())
        .isEqualTo("forecast.levels[0]");
    assertThat(broken(OBSERVATION, sound.replace("\"levels\":[0.5,", "\"levels\":[1.5,")))
        .extracting(Decoded.Broken::path, Decoded.Broken::reason)
        .containsExactly("forecast", "refused: levels must rise within (0, 1): 1.5");
    assertThat(broken(OBSERVATION, sound.replace("\"kind\":\"present\"", "\"kind\":\"gone\"")))
        .extracting(Decoded.Broken::path, Decoded.Broken::reason)
        .containsExactly(
            "readings[0].reading.kind",
            "unknown kind gone, known are [invalid, no_data, partial, present, skewed, stale]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"value":1.0            | value
          {"value":1.0,,}         | value
          {"value":1.0x}          | value
          {"value":NaN}           | value
          {"value":+1.0}          | value
          {"value":1e999}         | value
          {"value":"              | value
          {'value':1.0}           | ''
          nonsense                | ''
          """)
  void saysWhereBrokenJsonBreaks(String json, String path) {
    var broken = broken(NESTED, json);
    assertThat(broken.path()).isEqualTo(path);
    assertThat(broken.column()).isBetween(1, json.length() + 1);
    assertThat(broken.reason()).isNotBlank();
  }

  @Test
  void refusesNothingAndTextThatIsNotUtf8() {
    assertThat(broken(NESTED, "").reason()).isEqualTo("ends too early");
    byte[] json = "{\"kind\":\"no_data\",\"detail\":\"?\"}".getBytes(UTF_8);
    json[json.length - 3] = (byte) 0xff;
    assertThat(READING.read(json)).isInstanceOf(Decoded.Broken.class);
  }

  @Test
  void refusesTypesWithoutAForm() {
    record Strange(Object anything) {}
    record Looped(Optional<Looped> again) {}
    record Twice(Optional<Optional<String>> maybe) {}
    for (Class<?> type : List.of(Strange.class, Looped.class, Twice.class, Runnable.class)) {
      assertThatIllegalArgumentException().isThrownBy(() -> RecordCodec.of(type));
    }
  }

  private static <T> String text(RecordCodec<T> codec, T value) {
    return new String(codec.write(value), UTF_8);
  }

  private static <T> T value(RecordCodec<T> codec, byte[] json) {
    return switch (codec.read(json)) {
      case Decoded.Value<T>(T value) -> value;
      case Decoded.Broken<T> broken -> throw new AssertionError(broken.toString());
    };
  }

  private static <T> Decoded.Broken<T> broken(RecordCodec<T> codec, String json) {
    Decoded<T> read = codec.read(json.getBytes(UTF_8));
    assertThat(read).isInstanceOf(Decoded.Broken.class);
    return (Decoded.Broken<T>) read;
  }

  private static <T> void roundTrip(RecordCodec<T> codec, T value) {
    byte[] json = codec.write(value);
    T again = value(codec, json);
    assertThat(again).isEqualTo(value);
    assertThat(codec.write(again)).isEqualTo(json);
  }
}
