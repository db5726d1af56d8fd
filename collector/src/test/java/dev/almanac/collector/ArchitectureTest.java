package dev.almanac.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.jspecify.annotations.NullMarked;

/** What the module's code may know and do. */
@AnalyzeClasses(
    packages = "dev.almanac.collector",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule READS_AND_NOTHING_ELSE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.almanac.actuator..",
              "dev.almanac.simulator..",
              "dev.almanac.service..",
              "io.kubernetes..",
              "picocli..")
          .because("the collector reads metrics; who writes, replays and wires is elsewhere");

  @ArchTest
  static final ArchRule KNOWS_OF_THE_PREDICTOR_ONLY_WHAT_A_READING_IS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.almanac.predictor.scaling..",
              "dev.almanac.predictor.forecast..",
              "dev.almanac.predictor.cluster..")
          .because("what a reading means is decided where it is used");

  @ArchTest
  static final ArchRule TIME_IS_AN_ARGUMENT =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(InstantSource.class, "system")
          .orShould()
          .callMethod(ZoneId.class, "systemDefault")
          .because("ages are computed on the clock of the decision; durations by nanoTime");

  @ArchTest
  static final ArchRule NO_STANDARD_STREAMS =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("stdout belongs to the command line");

  @ArchTest
  static final ArchRule PACKAGES_ARE_NULL_MARKED =
      classes()
          .should(
              ArchCondition.from(
                  DescribedPredicate.describe(
                      "be in a package with @NullMarked",
                      type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

  @ArchTest
  static final ArchRule NO_PACKAGE_IS_A_KIND =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..model..", "..impl..", "..helpers..", "..common..")
          .because("a package is a feature");
}
