package dev.almanac.predictor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Random;
import java.util.Set;

/** The predictor computes and does nothing else. */
@AnalyzeClasses(
    packages = "dev.almanac.predictor",
    importOptions = ImportOption.DoNotIncludeTests.class)
class PurityTest {

  private static final Set<String> CLOCKS =
      Set.of(
          Instant.class.getName(),
          Clock.class.getName(),
          LocalDate.class.getName(),
          LocalDateTime.class.getName(),
          ZonedDateTime.class.getName());

  @ArchTest
  static final ArchRule readsNoClock =
      noClasses()
          .should()
          .callMethodWhere(call("reads a clock", c -> isClock(c)))
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(ZoneId.class, "systemDefault");

  private static final Set<String> SETTINGS =
      Set.of("getProperty", "getProperties", "getenv", "getBoolean", "getInteger", "getLong");

  /** A result may depend on arguments only, not on how the process was started. */
  @ArchTest
  static final ArchRule readsNoSettingOfTheProcess =
      noClasses()
          .should()
          .callMethodWhere(
              call(
                  "reads a setting of the process",
                  c ->
                      c.getTargetOwner().getPackageName().equals("java.lang")
                          && SETTINGS.contains(c.getName())));

  @ArchTest
  static final ArchRule drawsNoUnseededRandomNumbers =
      noClasses()
          .should()
          .callConstructor(Random.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(java.util.concurrent.ThreadLocalRandom.class);

  @ArchTest
  static final ArchRule touchesNoFileNetworkThreadOrLog =
      noClasses()
          .should()
          .dependOnClassesThat(
              new DescribedPredicate<JavaClass>("do input, output, threads or logging") {
                @Override
                public boolean test(JavaClass c) {
                  String name = c.getPackageName();
                  return name.equals("java.io") && !c.getSimpleName().equals("Serializable")
                      || name.startsWith("java.nio")
                      || name.startsWith("java.net")
                      || name.startsWith("java.util.concurrent")
                      || name.startsWith("java.util.logging")
                      || name.startsWith("org.slf4j")
                      || c.getName().equals(Thread.class.getName());
                }
              });

  @ArchTest
  static final ArchRule dependsOnMathOnly =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.almanac.predictor..",
              "java..",
              "org.apache.commons.math3..",
              "org.jspecify.annotations..");

  private static boolean isClock(JavaCall<?> call) {
    return CLOCKS.contains(call.getTargetOwner().getName())
        && (call.getName().equals("now") || call.getName().startsWith("system"));
  }

  private static DescribedPredicate<JavaCall<?>> call(
      String description, java.util.function.Predicate<JavaCall<?>> test) {
    return DescribedPredicate.describe(description, test);
  }
}
