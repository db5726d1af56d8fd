package dev.almanac.actuator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The actuator knows the predictor and the cluster, and takes clocks and chance as arguments. */
@AnalyzeClasses(
    packages = "dev.almanac.actuator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class BordersTest {
  private static final Set<String> CLOCKS =
      Set.of(
          Instant.class.getName(),
          Clock.class.getName(),
          LocalDate.class.getName(),
          LocalDateTime.class.getName(),
          ZonedDateTime.class.getName());

  @ArchTest
  static final ArchRule knowsNoNeighbour =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.almanac.collector..", "dev.almanac.simulator..", "dev.almanac.service..");

  @ArchTest
  static final ArchRule readsNoClock =
      noClasses()
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "reads a clock",
                  (JavaCall<?> call) ->
                      CLOCKS.contains(call.getTargetOwner().getName())
                          && (call.getName().equals("now") || call.getName().startsWith("system"))))
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule drawsNoUnseededRandomNumbers =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(ThreadLocalRandom.class);

  /** They refuse an object that has a field of a newer server, and fill patches with empty ones. */
  @ArchTest
  static final ArchRule usesNoTypedModels =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.kubernetes.client.openapi.models..",
              "io.kubernetes.client.openapi.apis..",
              "io.kubernetes.client.informer..");
}
