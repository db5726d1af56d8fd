package dev.almanac.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.almanac.simulator.planted.Impure;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual time is the only time, and nothing is read or written behind a caller's back. */
class PurityTest {

  private static final List<String> OUTSIDE =
      List.of("java.io", "java.nio", "java.net", "java.util.concurrent", "java.util.logging");

  private static final JavaClasses SIMULATOR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.almanac.simulator");

  static Stream<ArchRule> rules() {
    return Stream.of(
        noClasses()
            .should()
            .callMethodWhere(call("read a clock", PurityTest::readsClock))
            .as("virtual time only"),
        noClasses()
            .should()
            .callConstructor(Random.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.SplittableRandom")
            .as("random numbers by seed, with the algorithm that is specified"),
        noClasses()
            .should()
            .dependOnClassesThat(named("do input, output or logging", PurityTest::isOutside))
            .as("no input, no output"),
        noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class)
            .as("the caller's thread only"));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theSimulatorKeepsTheRule(ArchRule rule) {
    rule.check(SIMULATOR);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theRuleNoticesAViolation(ArchRule rule) {
    JavaClasses impure = new ClassFileImporter().importClasses(Impure.class);
    assertThat(rule.evaluate(impure).hasViolation()).isTrue();
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.almanac.simulator.(*)..").should().beFreeOfCycles().check(SIMULATOR);
  }

  private static boolean readsClock(JavaCall<?> call) {
    String owner = call.getTargetOwner().getName();
    String method = call.getName();
    return owner.startsWith("java.time.") && (method.equals("now") || method.startsWith("system"))
        || owner.equals("java.lang.System")
            && List.of("currentTimeMillis", "nanoTime", "getenv", "getProperty").contains(method);
  }

  private static boolean isOutside(JavaClass c) {
    return OUTSIDE.stream().anyMatch(p -> c.getPackageName().startsWith(p))
            && !c.getName().equals("java.io.Serializable")
        || c.getPackageName().startsWith("org.slf4j");
  }

  private static DescribedPredicate<JavaCall<?>> call(
      String description, java.util.function.Predicate<JavaCall<?>> test) {
    return DescribedPredicate.describe(description, test);
  }

  private static DescribedPredicate<JavaClass> named(
      String description, java.util.function.Predicate<JavaClass> test) {
    return DescribedPredicate.describe(description, test);
  }
}
