package dev.almanac.predictor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.series.TimeSeries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class PastTest {
  private static final Instant NOW = Instant.parse("2026-01-22T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Asked for {@code [from, to]}. */
  private record Asked(Instant from, Instant to) {}

  /**
   * A source whose samples are the seconds of their own instants, but where it is told otherwise.
   */
  private static final class Seconds implements MetricSource {
    final List<Asked> asked = new ArrayList<>();
    Function<Integer, SeriesReading> instead = _ -> new SeriesReading.NoData("");

    @Override
    public SeriesReading range(String query, Instant from, Instant to, Duration step) {
      asked.add(new Asked(from, to));
      if (instead.apply(asked.size() - 1) instanceof SeriesReading.NoData(String detail)
          && detail.isEmpty()) {
        double[] values = new double[(int) (Duration.between(from, to).dividedBy(step)) + 1];
        for (int i = 0; i < values.length; i++) {
          values[i] = from.plus(step.multipliedBy(i)).getEpochSecond();
        }
        return new SeriesReading.Present(
            new TimeSeries(from.getEpochSecond(), (int) step.toSeconds(), values));
      }
      return instead.apply(asked.size() - 1);
    }
  }

  private static TimeSeries present(SeriesReading reading) {
    assertThat(reading).isInstanceOf(SeriesReading.Present.class);
    return reading.seriesOrEmpty();
  }

  @Test
  void theNewestSampleIsOfNowAndNoneIsOlderThanThreeQuartersOfAStepBeforeItsPoint() {
    TimeSeries past = present(new Seconds().past("q", NOW, Duration.ofDays(21), MINUTE));
    assertThat(past.startEpochSecond()).isEqualTo(NOW.minus(Duration.ofDays(21)).getEpochSecond());
    assertThat(past.endEpochSecond()).isEqualTo(NOW.plus(MINUTE).getEpochSecond());
    assertThat(past.values()[past.length() - 1]).isEqualTo(NOW.getEpochSecond());
    for (int i = 0; i < past.length(); i++) {
      assertThat(past.epochSecondAt(i) - past.values()[i]).isIn(0.0, 15.0, 30.0, 45.0);
    }
  }

  @Test
  void aFortnightHasItsSamplesAtThreeQuartersAndThreeWeeksAtAll() {
    assertThat(places(Duration.ofDays(4))).containsExactly(0);
    assertThat(places(Duration.ofDays(14))).containsExactly(0, 15, 30);
    assertThat(places(Duration.ofDays(21))).containsExactly(0, 15, 30, 45);
  }

  private static int[] places(Duration span) {
    TimeSeries past = present(new Seconds().past("q", NOW, span, MINUTE));
    return java.util.stream.IntStream.range(0, past.length())
        .map(i -> (int) (past.epochSecondAt(i) - past.values()[i]))
        .distinct()
        .sorted()
        .toArray();
  }

  @Test
  void stepsThatHaveNoQuartersAreCutToSeconds() {
    TimeSeries past =
        present(new Seconds().past("q", NOW, Duration.ofDays(11), Duration.ofSeconds(1)));
    for (int i = 0; i < past.length(); i += 1_000) {
      assertThat(past.values()[i]).isEqualTo(past.epochSecondAt(i));
    }
  }

  @Test
  void aSpanThatIsNoMultipleOfTheStepIsCutAndAShortOneIsOnePoint() {
    TimeSeries past = present(new Seconds().past("q", NOW, Duration.ofSeconds(150), MINUTE));
    assertThat(past.length()).isEqualTo(3);
    assertThat(present(new Seconds().past("q", NOW, Duration.ZERO, MINUTE)).values())
        .containsExactly(NOW.getEpochSecond());
  }

  @Test
  void aPieceThatHasNothingIsAbsentAndNothingAtAllIsNoData() {
    Seconds young = new Seconds();
    young.instead = piece -> new SeriesReading.NoData(piece == 0 ? "" : "no sample");
    TimeSeries past = present(young.past("q", NOW, Duration.ofDays(21), MINUTE));
    assertThat(past.presentCount()).isEqualTo(5 * 1440);
    assertThat(past.lastPresent()).isEqualTo(past.length() - 1);

    Seconds none = new Seconds();
    none.instead = piece -> new SeriesReading.NoData("no sample of piece " + piece);
    assertThat(none.past("q", NOW, Duration.ofDays(21), MINUTE))
        .isEqualTo(new SeriesReading.NoData("no sample of piece 0"));
  }

  @Test
  void whoCannotBeReachedMidwayHasSaidNothing() {
    SeriesReading lost = new SeriesReading.NoData(SeriesReading.UNREACHABLE + ": refused");
    Seconds source = new Seconds();
    source.instead = piece -> piece == 2 ? lost : new SeriesReading.NoData("");
    assertThat(source.past("q", NOW, Duration.ofDays(21), MINUTE)).isEqualTo(lost);
    assertThat(source.asked).hasSize(3);
  }

  @Test
  void nonsenseCountsInTheNewestPieceOnly() {
    SeriesReading nonsense = new SeriesReading.Invalid("the newest sample is -1");
    Seconds source = new Seconds();
    source.instead = piece -> piece == 0 ? nonsense : new SeriesReading.NoData("");
    assertThat(source.past("q", NOW, Duration.ofDays(21), MINUTE)).isEqualTo(nonsense);
    Seconds older = new Seconds();
    older.instead = piece -> piece == 1 ? nonsense : new SeriesReading.NoData("");
    assertThat(present(older.past("q", NOW, Duration.ofDays(21), MINUTE)).presentCount())
        .isEqualTo(16 * 1440 + 1);
  }

  @Test
  void aPartialPieceMakesThePastPartial() {
    Seconds source = new Seconds();
    source.instead =
        piece ->
            piece == 3
                ? new SeriesReading.Partial(
                    new TimeSeries(source.asked.get(3).from().getEpochSecond(), 60, new double[9]),
                    "a store is away")
                : new SeriesReading.NoData("");
    SeriesReading past = source.past("q", NOW, Duration.ofDays(21), MINUTE);
    assertThat(past).isInstanceOf(SeriesReading.Partial.class);
    assertThat(past.seriesOrEmpty().presentCount()).isEqualTo(16 * 1440 + 1 + 9);
  }

  @Test
  void samplesOutsideOfWhatWasAskedForChangeNothing() {
    double[] ones = new double[40_000];
    Arrays.fill(ones, 1);
    MetricSource generous =
        (_, from, _, _) ->
            new SeriesReading.Present(new TimeSeries(from.getEpochSecond() - 600, 60, ones));
    TimeSeries past = present(generous.past("q", NOW, Duration.ofDays(21), MINUTE));
    assertThat(past.presentCount()).isEqualTo(past.length());
    MetricSource none = (_, _, _, _) -> new SeriesReading.Present(TimeSeries.empty(NOW, MINUTE));
    assertThat(present(none.past("q", NOW, Duration.ofDays(21), MINUTE)).presentCount()).isZero();
  }
}
