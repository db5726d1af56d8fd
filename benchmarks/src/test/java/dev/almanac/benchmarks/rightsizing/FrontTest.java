package dev.almanac.benchmarks.rightsizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.replay.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrontTest {

  private static Pooled point(double slack, double shortShare) {
    return new Pooled(1, slack, shortShare, 0, 10 * slack, 1);
  }

  @Test
  void cpuInterpolatesTheLogarithmOfTheShortShare() {
    Front front = new Front(List.of(point(0.4, 0.01), point(0.2, 0.04)), true);
    assertThat(front.shortAt(0.3).getAsDouble()).isCloseTo(0.02, within(1e-12));
    assertThat(front.slackAt(0.02).getAsDouble()).isCloseTo(0.3, within(1e-12));
    assertThat(front.changesAt(0.3).getAsDouble()).isCloseTo(3, within(1e-12));
  }

  @Test
  void memoryInterpolatesTheShareItself() {
    Front front = new Front(List.of(point(0.2, 0.04), point(0.4, 0)), false);
    assertThat(front.shortAt(0.3).getAsDouble()).isCloseTo(0.02, within(1e-12));
    assertThat(front.shortAt(0.4)).hasValue(0);
  }

  @Test
  void nothingIsSaidBeyondTheKnob() {
    Front front = new Front(List.of(point(0.2, 0.04), point(0.4, 0.01)), true);
    assertThat(front.shortAt(0.19)).isEmpty();
    assertThat(front.shortAt(0.41)).isEmpty();
    assertThat(front.slackAt(0.05)).isEmpty();
    assertThat(new Front(List.of(point(0.2, 0.04)), true).shortAt(0.2)).isEmpty();
  }

  @Test
  void cpuCountsSeriesAlikeAndMemoryDays() {
    List<Score> scores =
        List.of(new Score(1, 0.2, 0, 0, 1, 4, 2), new Score(3, 0.6, 0.4, 0.8, 5, 2, 2));
    assertThat(Pooled.of(Resource.CPU, scores)).isEqualTo(new Pooled(2, 0.4, 0.2, 0.4, 3, 1.5));
    Pooled memory = Pooled.of(Resource.MEMORY, scores);
    assertThat(memory.slack()).isCloseTo(0.5, within(1e-12));
    assertThat(memory.shortShare()).isCloseTo(0.3, within(1e-12));
    assertThat(memory.changesAMonth()).isCloseTo(4, within(1e-12));
  }
}
