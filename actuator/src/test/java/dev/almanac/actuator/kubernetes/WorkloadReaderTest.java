package dev.almanac.actuator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import dev.almanac.predictor.cluster.Surroundings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadReaderTest {

  private static Workload read(String json) throws IOException {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    try (JsonParser p = Json.parser(bytes)) {
      return new WorkloadReader().read(p);
    }
  }

  @Test
  void readsWhatIsNeeded() throws IOException {
    Workload w =
        read(
            """
            {'kind':'Deployment','metadata':{'name':'web','namespace':'shop','uid':'u','resourceVersion':'77',
             'managedFields':[{'fieldsV1':{'f:spec':{'f:replicas':{}}}}],'generation':4},
             'spec':{'replicas':6,'selector':{'matchLabels':{'app':'web'}},
               'template':{'spec':{'containers':[{'name':'x','replicas':99}]}}},
             'status':{'observedGeneration':4,'replicas':7,'readyReplicas':5,'updatedReplicas':7}}
            """);
    assertThat(w)
        .isEqualTo(
            new Workload(
                "shop/web",
                "u",
                "77",
                6,
                7,
                5,
                false,
                LabelSelector.parse("app=web"),
                Surroundings.none(),
                ""));
  }

  @Test
  void theNewestEntryThatOwnsTheSizeHasSetItAndOursIsNobodyElse() throws IOException {
    String argo = entry("argocd-controller", "2026-03-02T08:00:00Z", "'f:replicas':{}");
    String ours = entry("almanac", "2026-03-02T08:00:30Z", "'f:replicas':{}");
    String template = entry("helm", "2026-03-02T09:00:00Z", "'f:template':{}");
    assertThat(surroundings(argo, template).foreignWrite())
        .contains(
            new Surroundings.ForeignWrite(
                "argocd-controller", Instant.parse("2026-03-02T08:00:00Z")));
    assertThat(surroundings(argo, ours, template).foreignWrite()).isEmpty();
    assertThat(surroundings(ours, argo.replace("08:00:00", "08:01:00")).foreignWrite()).isPresent();
    // In one second with ours: what is there is not ours, or nobody would look.
    assertThat(surroundings(argo.replace("08:00:00", "08:00:30"), ours).foreignWrite()).isPresent();
    assertThat(surroundings(entry("x", "yesterday", "'f:replicas':{}")).foreignWrite()).isEmpty();
    assertThat(surroundings().foreignWrite()).isEmpty();
  }

  @Test
  void whoOwnsTheSizeByTheScaleSubresourceHasSetItThoughNoTimeSaysSo() throws IOException {
    // As a 1.36 API server writes them; a write takes the field from its owner.
    String kubectl =
        "{'manager':'kubectl','operation':'Update','subresource':'scale',"
            + "'fieldsV1':{'f:spec':{'f:replicas':{}}}}";
    String ours = kubectl.replace("kubectl", "almanac");
    String create = entry("kubectl-create", "2026-03-02T08:00:00Z", "'f:template':{}");
    assertThat(surroundings(kubectl, create).foreignWrite())
        .contains(new Surroundings.ForeignWrite("kubectl", Surroundings.ForeignWrite.UNKNOWN_TIME));
    assertThat(surroundings(ours, create).foreignWrite()).isEmpty();
    // Both own it when both want the same.
    String argo = entry("argocd-controller", "2026-03-02T09:00:00Z", "'f:replicas':{}");
    assertThat(surroundings(ours, argo).foreignWrite()).isEmpty();
    assertThat(surroundings(argo, ours).foreignWrite()).isEmpty();
    assertThat(surroundings(kubectl, argo).foreignWrite())
        .contains(
            new Surroundings.ForeignWrite(
                "argocd-controller", Instant.parse("2026-03-02T09:00:00Z")));
  }

  @Test
  void ourOwnWriteEndsAForeignOne() throws IOException {
    Workload w = managed(entry("kubectl", "2026-03-02T08:00:00Z", "'f:replicas':{}"));
    assertThat(w.resized(5, "9").surroundings().foreignWrite()).isEmpty();
  }

  private static String entry(String manager, String time, String spec) {
    return "{'manager':'%s','operation':'Update','time':'%s','fieldsV1':{'f:spec':{%s}}}"
        .formatted(manager, time, spec);
  }

  private static Surroundings surroundings(String... entries) throws IOException {
    return managed(entries).surroundings();
  }

  private static Workload managed(String... entries) throws IOException {
    return read(
        "{'metadata':{'name':'w','namespace':'n','resourceVersion':'1','managedFields':[%s]}}"
            .formatted(String.join(",", entries)));
  }

  @Test
  void aQuotaThatRefusesPodsIsNamed() throws IOException {
    String refused =
        """
        {'metadata':{'name':'w','namespace':'n','resourceVersion':'1'},'status':{'conditions':[
          {'type':'ReplicaFailure','status':'%s','reason':'FailedCreate','message':'%s'}]}}
        """;
    String message =
        "pods web-x is forbidden: exceeded quota: team-a, requested: pods=1, used: pods=2";
    assertThat(read(refused.formatted("True", message)).surroundings().quota())
        .contains(new Surroundings.QuotaRoom("team-a", 0));
    assertThat(read(refused.formatted("False", message)).surroundings().quota()).isEmpty();
    assertThat(read(refused.formatted("True", "image not found")).surroundings().quota()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "almanac.dev/paused, 'true', true",
    "almanac.dev/paused, 'false', false",
    "example.com/paused, 'true', false"
  })
  void theAnnotationPauses(String key, String value, boolean paused) throws IOException {
    String json =
        "{'metadata':{'name':'w','namespace':'n','resourceVersion':'1','annotations':{'%s':'%s'}}}";
    assertThat(read(json.formatted(key, value)).surroundings().paused()).isEqualTo(paused);
  }

  @Test
  void absenceHasTheMeaningThatTheApiGivesIt() throws IOException {
    Workload w = read("{'metadata':{'name':'web','namespace':'shop','resourceVersion':'7'}}");
    assertThat(w.spec()).isEqualTo(1);
    assertThat(w.status()).isZero();
    assertThat(w.ready()).isZero();
    assertThat(w.selector().isEmpty()).isTrue();
    assertThat(w.problem()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // generation, observed, spec, status, updated, reason, rollout
    "4, 4, 3, 3, 3, NewReplicaSetAvailable, false",
    "5, 4, 3, 3, 3, NewReplicaSetAvailable, true", // the controller has not looked yet
    "4, 4, 3, 4, 1, ReplicaSetUpdated, true", // surge
    "4, 4, 3, 4, 1, ProgressDeadlineExceeded, true", // stuck, and still two templates
    "4, 4, 3, 0, 0, ReplicaSetUpdated, true", // Recreate: the old ones are gone, the new to come
    "4, 4, 9, 3, 3, NewReplicaSetAvailable, false", // scaled up, pods refused by a quota
    "4, 4, 3, 9, 9, NewReplicaSetAvailable, false", // scaled down, pods ending
    "4, 4, 9, 3, 3, '', true" // no deadline, so no condition: cannot be told apart
  })
  void seesARolloutOfADeployment(
      int generation,
      int observed,
      int spec,
      int status,
      int updated,
      String reason,
      boolean rollout)
      throws IOException {
    String condition = "{'type':'Progressing','status':'True','reason':'%s'}".formatted(reason);
    String json =
        """
        {'metadata':{'name':'w','namespace':'n','resourceVersion':'1','generation':%d},
         'spec':{'replicas':%d},
         'status':{'observedGeneration':%d,'replicas':%d,'updatedReplicas':%d,
           'conditions':[{'type':'Available','reason':'MinimumReplicasAvailable'}%s]}}
        """
            .formatted(
                generation,
                spec,
                observed,
                status,
                updated,
                reason.isEmpty() ? "" : "," + condition);
    assertThat(read(json).rollout()).isEqualTo(rollout);
  }

  @ParameterizedTest
  @CsvSource({
    // strategy, partition, current, update, spec, updated, rollout
    "RollingUpdate, 0, a, a, 3, 3, false",
    "RollingUpdate, 0, a, b, 3, 1, true",
    "RollingUpdate, 0, a, b, 3, 3, true", // all made, the last not Ready yet
    "RollingUpdate, 2, a, b, 3, 1, false", // a canary that a person has asked for
    "RollingUpdate, 2, a, b, 3, 0, true",
    "RollingUpdate, 9, a, b, 3, 0, false",
    "OnDelete, 0, a, b, 3, 0, false"
  })
  void seesARolloutOfAStatefulSet(
      String strategy,
      int partition,
      String current,
      String update,
      int spec,
      int updated,
      boolean rollout)
      throws IOException {
    String json =
        """
        {'metadata':{'name':'w','namespace':'n','resourceVersion':'1','generation':2},
         'spec':{'replicas':%d,'updateStrategy':{'type':'%s','rollingUpdate':{'partition':%d}}},
         'status':{'observedGeneration':2,'replicas':%d,'updatedReplicas':%d,
           'currentRevision':'%s','updateRevision':'%s'}}
        """
            .formatted(spec, strategy, partition, spec, updated, current, update);
    assertThat(read(json).rollout()).isEqualTo(rollout);
  }
}
