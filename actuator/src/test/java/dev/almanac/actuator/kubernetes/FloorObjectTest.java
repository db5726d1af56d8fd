package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.predictor.cluster.TargetRef;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose bound it is, and what is written for a wish. */
class FloorObjectTest {

  private static FloorObject hpa(int least, String found, String raised) {
    String marks =
        found == null
            ? ""
            : "\"annotations\":{\"%s\":\"%s\",\"%s\":\"%s\",\"other\":\"x\"},"
                .formatted(FloorObject.FOUND, found, FloorObject.RAISED, raised);
    return read(
        FloorObject.Kind.HPA,
        """
        {"metadata":{"name":"web-hpa","namespace":"shop","uid":"u",%s"resourceVersion":"7"},
         "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},
          "minReplicas":%d,"maxReplicas":20}}
        """
            .formatted(marks, least));
  }

  private static FloorObject scaledObject(String bounds) {
    return read(
        FloorObject.Kind.SCALED_OBJECT,
        """
        {"metadata":{"name":"web","namespace":"shop","uid":"u","resourceVersion":"7"},
         "spec":{"scaleTargetRef":{"name":"web"}%s}}
        """
            .formatted(bounds));
  }

  private static FloorObject read(FloorObject.Kind kind, String json) {
    return FloorObject.read(kind, json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static String patch(FloorObject object, int floor) {
    return new String(object.patch(floor), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    // min, found, wrote, wish -> owner, floor, written
    "2, , , 8, 2, 8, true",
    "2, , , 2, 2, 2, false",
    "2, , , 1, 2, 2, false",
    "2, , , 99, 2, 20, true",
    "8, 2, 8, 8, 2, 8, false",
    "8, 2, 8, 9, 2, 9, true",
    "8, 2, 8, 2, 2, 2, true",
    // Its owner has changed the bound since: that one counts.
    "4, 2, 8, 8, 4, 8, true",
    "4, 2, 8, 3, 4, 4, true",
    // A bound above the owner's own maximum stays the owner's.
    "25, , , 9, 25, 25, false"
  })
  void aFloorIsNeverBelowTheOwnersNorAboveTheMaximum(
      int least, String found, String raised, int wish, int owner, int floor, boolean written) {
    FloorObject object = hpa(least, found, raised);
    assertThat(object.owners()).hasValue(owner);
    assertThat(object.reachable(wish)).isEqualTo(floor);
    assertThat(object.differs(object.reachable(wish))).isEqualTo(written);
  }

  @Test
  void aFloorIsWrittenWithWhatWasFoundAndTakenAwayWithIt() {
    assertThat(patch(hpa(2, null, null), 8))
        .isEqualTo(
            "{\"metadata\":{\"resourceVersion\":\"7\",\"annotations\":{"
                + "\"almanac.dev/found-min-replicas\":\"2\",\"almanac.dev/min-replicas\":\"8\"}},"
                + "\"spec\":{\"minReplicas\":8}}");
    assertThat(patch(hpa(8, "2", "8"), 9)).contains("found-min-replicas\":\"2\"", "Replicas\":9");
    assertThat(patch(hpa(8, "2", "8"), 2))
        .isEqualTo(
            "{\"metadata\":{\"resourceVersion\":\"7\",\"annotations\":{"
                + "\"almanac.dev/found-min-replicas\":null,\"almanac.dev/min-replicas\":null}},"
                + "\"spec\":{\"minReplicas\":2}}");
    assertThat(patch(hpa(4, "2", "8"), 4)).contains("null", "\"minReplicas\":4");
  }

  @Test
  void aMarkThatIsNoNumberIsNone() {
    assertThat(hpa(8, "-2", "8").isOurs()).isFalse();
    assertThat(hpa(8, "2", "8; rm").owners()).hasValue(8);
    assertThat(hpa(8, "99999999999", "8").owners()).hasValue(8);
  }

  @Test
  void aScaledObjectMayHaveNoBoundAndGetsItBackAsNone() {
    FloorObject bare = scaledObject("");
    assertThat(bare.target()).isEqualTo(TargetRef.deployment("shop", "web"));
    assertThat(bare.most()).isEqualTo(100);
    assertThat(bare.owners()).isEmpty();
    assertThat(bare.reachable(5)).isEqualTo(5);
    assertThat(bare.reachable(1)).as("may fall asleep").isZero();
    assertThat(bare.differs(0)).isFalse();
    assertThat(patch(bare, 5)).contains("found-min-replicas\":\"none\"", "minReplicaCount\":5");
    FloorObject ours =
        read(
            FloorObject.Kind.SCALED_OBJECT,
            """
            {"metadata":{"name":"web","namespace":"shop","resourceVersion":"8","annotations":{
              "almanac.dev/found-min-replicas":"none","almanac.dev/min-replicas":"5"}},
             "spec":{"scaleTargetRef":{"name":"web"},"minReplicaCount":5}}
            """);
    assertThat(ours.owners()).isEmpty();
    assertThat(patch(ours, ours.reachable(1))).contains("\"minReplicaCount\":null");
    assertThat(scaledObject(",\"minReplicaCount\":1").reachable(1)).isEqualTo(1);
  }

  @Test
  void whatIsNoObjectIsNone() {
    for (String body :
        new String[] {"", "[]", "{}", "{\"metadata\":{\"name\":\"x\"}}", "{\"a\":"}) {
      assertThat(FloorObject.read(FloorObject.Kind.HPA, body.getBytes(StandardCharsets.UTF_8)))
          .as(body)
          .isEqualTo(Optional.empty());
    }
    assertThat(scaledObject(",\"minReplicaCount\":-3,\"maxReplicaCount\":\"x\"").least())
        .isEqualTo(OptionalInt.empty());
  }
}
