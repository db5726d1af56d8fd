package dev.almanac.predictor.rightsizing.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.pod.JvmHeap.Need;
import dev.almanac.predictor.rightsizing.pod.JvmHeap.Reason;
import dev.almanac.predictor.rightsizing.pod.JvmHeap.Source;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodFitTest {
  private static final long GIB = 1L << 30;
  private static final ResourceList SMALL = ResourceList.of(100, GIB);
  private static final ResourceList LARGE = ResourceList.of(200, 2 * GIB);

  private static ContainerResources container(ResourceList requests, ResourceList limits) {
    return new ContainerResources(requests, limits);
  }

  @Test
  void classesAreThoseOfTheApiServer() {
    var guaranteed = container(SMALL, SMALL);
    var implied = container(ResourceList.NONE, SMALL);
    var burstable = container(SMALL, LARGE);
    var none = container(ResourceList.NONE, ResourceList.NONE);
    assertThat(QosClass.of(List.of(guaranteed, implied))).isEqualTo(QosClass.GUARANTEED);
    assertThat(QosClass.of(List.of(guaranteed, burstable))).isEqualTo(QosClass.BURSTABLE);
    assertThat(QosClass.of(List.of(guaranteed, none))).isEqualTo(QosClass.BURSTABLE);
    assertThat(QosClass.of(List.of(none, none))).isEqualTo(QosClass.BEST_EFFORT);
    var cpuOnly = ResourceList.NONE.with(Resource.CPU, 100);
    assertThat(QosClass.of(List.of(container(cpuOnly, cpuOnly)))).isEqualTo(QosClass.BURSTABLE);
    assertThat(QosClass.of(List.of(container(ResourceList.of(0, 0), ResourceList.NONE))))
        .isEqualTo(QosClass.BEST_EFFORT);
  }

  @Test
  void adviceKeepsTheClass() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 2000; i++) {
      var now = container(list(random), list(random));
      QosClass before = QosClass.of(List.of(now));
      var with = before.with(ResourceList.of(random.nextInt(1, 4), random.nextInt(1, 4)), now);
      QosClass after = QosClass.of(List.of(with));
      // A limit that is raised to the request can make a burstable pod guaranteed by chance only
      // where both were limited already; everything else stays.
      if (after != before) {
        assertThat(before).isEqualTo(QosClass.BURSTABLE);
        assertThat(now.limits().amounts()).hasSize(2);
      }
    }
  }

  private static ResourceList list(SplittableRandom random) {
    ResourceList list = ResourceList.NONE;
    for (Resource resource : Resource.values()) {
      list = random.nextBoolean() ? list.with(resource, random.nextInt(0, 4)) : list;
    }
    return list;
  }

  @Test
  void limitsFollowWhereGuaranteedAndAreNeverLoweredElsewhere() {
    assertThat(QosClass.GUARANTEED.with(LARGE, container(SMALL, SMALL)))
        .isEqualTo(container(LARGE, LARGE));
    assertThat(QosClass.BURSTABLE.with(SMALL, container(LARGE, LARGE)))
        .isEqualTo(container(SMALL, LARGE));
    assertThat(QosClass.BURSTABLE.with(LARGE, container(SMALL, SMALL)))
        .isEqualTo(container(LARGE, LARGE));
    assertThat(QosClass.BURSTABLE.with(LARGE, container(SMALL, ResourceList.NONE)))
        .isEqualTo(container(LARGE, ResourceList.NONE));
    assertThat(QosClass.BEST_EFFORT.with(LARGE, container(ResourceList.NONE, ResourceList.NONE)))
        .isEqualTo(container(ResourceList.NONE, ResourceList.NONE));
  }

  @Test
  void growthStopsAtWhatTheQuotaLeaves() {
    var quota = new Quota(ResourceList.of(1000, 100 * GIB), ResourceList.of(700, GIB));
    // 300 left for 3 pods of 100 each: 200, and with a surge of one pod (300 + 3 * 100) / 4 = 150.
    assertThat(quota.fit(ResourceList.of(500, GIB), SMALL, 3, 0).orZero(Resource.CPU))
        .isEqualTo(200);
    assertThat(quota.fit(ResourceList.of(500, GIB), SMALL, 3, 1).orZero(Resource.CPU))
        .isEqualTo(150);
    assertThat(quota.fit(ResourceList.of(50, GIB), SMALL, 3, 0).orZero(Resource.CPU)).isEqualTo(50);
    var full = new Quota(ResourceList.of(700, GIB), ResourceList.of(900, GIB));
    assertThat(full.fit(ResourceList.of(500, GIB), SMALL, 3, 1).orZero(Resource.CPU))
        .isEqualTo(100);
    var open = new Quota(ResourceList.NONE, SMALL);
    assertThat(open.fit(ResourceList.of(500, GIB), SMALL, 3, 1).orZero(Resource.CPU))
        .isEqualTo(500);
    assertThatThrownBy(() -> open.fit(SMALL, SMALL, 0, 0)).hasMessageContaining("replicas");
    assertThatThrownBy(() -> open.fit(SMALL, SMALL, 1, -1)).hasMessageContaining("surge");
  }

  /** The same load per pod: 1000m at 60 % is 600m, which is 75 % of 800m. */
  @ParameterizedTest
  @CsvSource({
    "1000, 60, 800, 75, 800, true",
    "1000, 60, 900, 66, 900, true",
    "1000, 60, 300, 89, 667, true", // 200 % of 300m: the request stays at 600m / 90 %
    "1000, 60, 4000, 15, 4000, false",
    "1000, 95, 1000, 95, 1000, true", // a target outside the bounds today stays possible
    "1000, 30, 1000, 30, 1000, true"
  })
  void theScalePointIsKept(
      long request, int target, long advised, int percent, long newRequest, boolean kept) {
    assertThat(ScalePoint.keep(request, target, advised))
        .isEqualTo(new ScalePoint(percent, newRequest, kept));
  }

  @Test
  void thePodScalesNeverLaterThanBefore() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 5000; i++) {
      long request = random.nextLong(1, 10_000);
      int target = random.nextInt(1, 150);
      ScalePoint point = ScalePoint.keep(request, target, random.nextLong(1, 10_000));
      assertThat((double) point.targetPercent() * point.requestMillicores())
          .isLessThanOrEqualTo((double) request * target);
    }
    assertThatThrownBy(() -> ScalePoint.keep(0, 60, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> ScalePoint.keep(1, 0, 1)).hasMessageContaining("positive");
    assertThatThrownBy(() -> ScalePoint.keep(1, 60, 0)).hasMessageContaining("positive");
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx512m, 536870912, ABSOLUTE",
    "-Xmx2G, 2147483648, ABSOLUTE",
    "-Xmx1048576, 1048576, ABSOLUTE",
    "-Xmx1024k, 1048576, ABSOLUTE",
    "-Xmx1t, 1099511627776, ABSOLUTE",
    "-XX:MaxHeapSize=1g, 1073741824, ABSOLUTE",
    "-XX:MaxRAMPercentage=75.0, 3221225472, PERCENTAGE",
    "-Xmx, 1073741824, STANDARD",
    "-Xmx0, 1073741824, STANDARD",
    "-Xmx12x, 1073741824, STANDARD",
    "-Xmx999999999999999t, 1073741824, STANDARD",
    "-XX:MaxRAMPercentage=x, 1073741824, STANDARD",
    "-XX:MaxRAMPercentage=0, 1073741824, STANDARD",
    "-XX:MaxRAMPercentage=101, 1073741824, STANDARD",
    "-Dfoo=-Xmx1g, 1073741824, STANDARD"
  })
  void theHeapIsReadFromArgumentsAndLimit(String argument, long bytes, Source source) {
    assertThat(JvmHeap.of(List.of("-server", argument), 4 * GIB))
        .isEqualTo(new JvmHeap(bytes, source));
  }

  @Test
  void theLastArgumentCountsAndAnAbsoluteSizeWinsOverAShare() {
    assertThat(JvmHeap.of(List.of("-Xmx1g", "-Xmx2g"), 4 * GIB).maxBytes()).isEqualTo(2 * GIB);
    assertThat(JvmHeap.of(List.of("-Xmx1g", "-XX:MaxRAMPercentage=50"), 4 * GIB).maxBytes())
        .isEqualTo(GIB);
  }

  @Test
  void smallContainersGetHalfAndThenTheOldDefault() {
    assertThat(JvmHeap.of(List.of(), 100 << 20).maxBytes()).isEqualTo(50 << 20);
    assertThat(JvmHeap.of(List.of(), 300 << 20).maxBytes()).isEqualTo(130_862_284L);
    assertThat(JvmHeap.of(List.of(), GIB).maxBytes()).isEqualTo(GIB / 4);
  }

  @Test
  void aHeapMayGrowToItsMaximumAtAnyTime() {
    JvmHeap heap = new JvmHeap(GIB, Source.ABSOLUTE);
    assertThat(heap.need(200, GIB / 2)).isEqualTo(new Need(GIB + 200, Reason.HEAP_MAY_GROW));
    assertThat(heap.need(200, 2 * GIB)).isEqualTo(new Need(2 * GIB, Reason.USED));
  }
}
