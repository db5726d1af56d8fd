package dev.almanac.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** Clocks enter as values, and the features of the service know each other in one direction. */
@AnalyzeClasses(
    packages = "dev.almanac.service",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ServiceArchitectureTest {

  @ArchTest
  static final ArchRule clocksEnterAsInstantSources =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule featuresFormNoCycle =
      slices().matching("dev.almanac.service.(*)..").should().beFreeOfCycles();
}
