package dev.almanac.service.rightsize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerHistory.Role;
import dev.almanac.predictor.rightsizing.advice.Goal;
import dev.almanac.predictor.rightsizing.advice.Prices;
import dev.almanac.predictor.rightsizing.advice.Reason;
import dev.almanac.predictor.rightsizing.advice.Severity;
import dev.almanac.predictor.rightsizing.advice.WorkloadAdvice.HpaTarget;
import dev.almanac.predictor.rightsizing.advice.WorkloadName;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files for Git, the gate and the price lists, on rows that are written down here. */
class PatchesTest {
  private static final long MI = 1L << 20;

  private static Row row(String kind, String name, String container, Role role) {
    ContainerResources now =
        new ContainerResources(ResourceList.of(2000, 2048 * MI), ResourceList.NONE);
    ContainerResources advised =
        new ContainerResources(
            ResourceList.of(250, 300 * MI), ResourceList.NONE.with(Resource.CPU, 1000));
    return new Row(
        new WorkloadName("shop", kind, name),
        false,
        3,
        3,
        role,
        new Recommended(
            container,
            Optional.of(now),
            advised,
            Severity.SAVING,
            Optional.empty(),
            Optional.empty(),
            List.of(new Reason(Reason.Code.BY_PRICE, "<b>\"&"))),
        kind.equals("Deployment")
            ? Optional.of(new HpaTarget("h", 60, 80, true))
            : Optional.empty(),
        100,
        20,
        Map.of(),
        Optional.empty());
  }

  private static RightsizeReport report(Row... rows) {
    return new RightsizeReport(
        Instant.parse("2026-06-15T00:00:00Z"),
        14,
        Goal.BALANCED,
        new PriceList("p", "2026", "s", new Prices(0.03, 0.004)),
        List.of(rows),
        List.of(),
        List.of());
  }

  @Test
  void aSidecarIsPatchedWhereItStands() {
    RightsizeReport report =
        report(
            row("Deployment", "web", "proxy", Role.SIDECAR),
            row("Deployment", "web", "app", Role.MAIN));
    assertThat(Patches.kustomize(report))
        .containsExactly(
            Map.entry(
                new WorkloadName("shop", "Deployment", "web"),
                """
                # Set averageUtilization of HorizontalPodAutoscaler h from 60 to 80 with it.
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  namespace: shop
                spec:
                  template:
                    spec:
                      containers:
                      - name: app
                        resources:
                          requests:
                            cpu: "250m"
                            memory: "300Mi"
                          limits:
                            cpu: "1"
                      initContainers:
                      - name: proxy
                        resources:
                          requests:
                            cpu: "250m"
                            memory: "300Mi"
                          limits:
                            cpu: "1"
                """));
  }

  @Test
  void whatAMergeWouldBreakIsNotPatched() {
    RightsizeReport report =
        report(
            row("Rollout", "web", "app", Role.MAIN),
            row("Pod", "debug", "app", Role.MAIN),
            row("Job", "once", "app", Role.MAIN));
    assertThat(Patches.kustomize(report)).isEmpty();
    assertThat(Patches.unpatched(report)).extracting(WorkloadName::kind).hasSize(3);
  }

  @Test
  void hostileNamesStayNames() {
    RightsizeReport report = report(row("Deployment", "x\": {}\nevil: \"", "yes", Role.MAIN));
    String patch = Patches.kustomize(report).firstEntry().getValue();
    assertThat(patch).contains("name: \"x\\\": {} evil: \\\"\"").contains("- name: \"yes\"");
    assertThat(RightsizePage.of(report)).doesNotContain("<b>").contains("&lt;b&gt;&quot;&amp;");
    assertThat(RightsizeCsv.of(report)).contains("\"<b>\"\"&\"");
  }

  @Test
  void aFolderKeepsWhatIsNotItsOwnAndForgetsWhatIsOver(@TempDir Path folder) throws IOException {
    Path mine = folder.resolve("shop/mine.yaml");
    Files.createDirectories(folder.resolve("shop"));
    Files.writeString(mine, "kind: Mine\n");
    ReportFolder.write(
        folder,
        report(
            row("Deployment", "web", "app", Role.MAIN), row("StatefulSet", "db", "c", Role.MAIN)));
    assertThat(folder.resolve("shop/statefulset-db.yaml")).exists();
    assertThat(folder.resolve("shop/kustomization.yaml"))
        .content()
        .endsWith("patches:\n- path: deployment-web.yaml\n- path: statefulset-db.yaml\n");
    ReportFolder.write(folder, report(row("Deployment", "web", "app", Role.MAIN)));
    assertThat(folder.resolve("shop/statefulset-db.yaml")).doesNotExist();
    assertThat(mine).exists();
    ReportFolder.write(folder, report());
    assertThat(folder.resolve("shop/kustomization.yaml")).doesNotExist();
    assertThat(mine).exists();
  }

  @Test
  void aFolderIsNotLeft(@TempDir Path folder) throws IOException {
    Row out = row("Deployment", "../../../x", "app", Role.MAIN);
    ReportFolder.write(folder.resolve("advice"), report(out));
    assertThat(folder.resolve("advice/shop/deployment-.._.._.._x.yaml")).exists();
  }

  @Test
  void moneyAddsUp() {
    RightsizeReport report =
        report(row("Deployment", "a", "app", Role.MAIN), row("Deployment", "b", "app", Role.MAIN));
    assertThat(report.wasteUsd()).isEqualTo(160);
    assertThat(report.costUsd()).isEqualTo(200);
    assertThat(Gate.of("waste_usd > 160").fails(report)).isFalse();
    assertThat(Gate.of("waste_usd >= 160").fails(report)).isTrue();
    assertThat(Gate.of("saving_usd<161").fails(report)).isTrue();
    assertThat(Gate.of("critical <= 0").fails(report)).isTrue();
    assertThat(Gate.of("warning > 0").describe(report)).isEqualTo("warning is 0, > 0");
  }

  @Test
  void metricsAreWrittenWhole(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("almanac.prom");
    RightsizeMetrics.write(file, report(row("Deployment", "web", "app", Role.MAIN)));
    assertThat(file)
        .content()
        .contains("almanac_rightsize_waste_usd_month 80.0\n")
        .contains("almanac_rightsize_containers{severity=\"saving\"} 1.0\n")
        .contains(
            "almanac_rightsize_advised_request{container=\"app\",kind=\"Deployment\",name=\"web\","
                + "namespace=\"shop\",resource=\"cpu\"} 0.25\n");
    assertThat(folder.resolve("almanac.prom.part")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencost", "aws", "azure", "gcp"})
  void everyListThatComesWithItIsDatedAndHasASource(String name) {
    PriceList list = PriceList.of(name);
    assertThat(list.asOf()).matches("20[0-9]{2}-[0-9]{2}");
    assertThat(list.source()).startsWith("https://");
    // A core costs as much as eight to eleven GiB, everywhere.
    assertThat(list.prices().coreHour() / list.prices().gibHour()).isBetween(7.0, 11.0);
  }

  @Test
  void aPriceListIsReadStrictly(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, "cpuCoreHourUsd: 0.02\nmemoryGibHourUsd: 0.003\n");
    assertThat(PriceList.of(file.toString()).prices()).isEqualTo(new Prices(0.02, 0.003));
    Files.writeString(file, "cpuCoreHourUsd: 0.02\nmemoryGbHourUsd: 0.003\n");
    assertThatThrownBy(() -> PriceList.of(file.toString()))
        .hasMessageContaining("unknown key memoryGbHourUsd");
    Files.writeString(file, "cpuCoreHourUsd: much\nmemoryGibHourUsd: 0.003\n");
    assertThatThrownBy(() -> PriceList.of(file.toString()))
        .hasMessageContaining("cpuCoreHourUsd must be a number");
    Files.writeString(file, "[1, 2");
    assertThatThrownBy(() -> PriceList.of(file.toString())).hasMessageContaining("is not YAML");
  }
}
