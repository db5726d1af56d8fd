package dev.almanac.predictor;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A rule that never fails holds nothing: each rule of {@link PurityTest} sees what is planted here.
 */
class PlantedViolationsTest {
  /** Imported at once: what they all depend on is looked up once. */
  private static final JavaClasses PLANTED =
      new ClassFileImporter().importClasses(PlantedViolationsTest.class.getDeclaredClasses());

  @Test
  void clocksAreSeen() {
    sees(PurityTest.readsNoClock, ReadsInstant.class);
    sees(PurityTest.readsNoClock, ReadsDate.class);
    sees(PurityTest.readsNoClock, ReadsMillis.class);
    sees(PurityTest.readsNoClock, ReadsNanos.class);
    sees(PurityTest.readsNoClock, ReadsZone.class);
  }

  @Test
  void settingsOfTheProcessAreSeen() {
    sees(PurityTest.readsNoSettingOfTheProcess, ReadsProperty.class);
    sees(PurityTest.readsNoSettingOfTheProcess, ReadsFlag.class);
    sees(PurityTest.readsNoSettingOfTheProcess, ReadsVariable.class);
  }

  @Test
  void unseededRandomNumbersAreSeen() {
    sees(PurityTest.drawsNoUnseededRandomNumbers, DrawsRandom.class);
    sees(PurityTest.drawsNoUnseededRandomNumbers, DrawsMathRandom.class);
  }

  @Test
  void filesNetworkAndThreadsAreSeen() {
    sees(PurityTest.touchesNoFileNetworkThreadOrLog, TouchesFile.class);
    sees(PurityTest.touchesNoFileNetworkThreadOrLog, TouchesNetwork.class);
    sees(PurityTest.touchesNoFileNetworkThreadOrLog, StartsThread.class);
  }

  @Test
  void foreignLibrariesAreSeen() {
    sees(PurityTest.dependsOnMathOnly, UsesJackson.class);
  }

  private static void sees(ArchRule rule, Class<?> planted) {
    assertThatThrownBy(() ->
            rule.check(
                PLANTED.that(
                    DescribedPredicate.describe("is planted", c -> c.isEquivalentTo(planted)))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(planted.getSimpleName());
  }

  private static final class ReadsInstant {
    Instant at = Instant.now();
  }

  private static final class ReadsDate {
    LocalDate at = LocalDate.now();
  }

  private static final class ReadsMillis {
    long at = System.currentTimeMillis();
  }

  private static final class ReadsNanos {
    long at = System.nanoTime();
  }

  private static final class ReadsZone {
    ZoneId zone = ZoneId.systemDefault();
  }

  private static final class ReadsProperty {
    String value = System.getProperty("x", "");
  }

  private static final class ReadsFlag {
    boolean value = Boolean.getBoolean("x");
  }

  private static final class ReadsVariable {
    Object value = System.getenv();
  }

  private static final class DrawsRandom {
    double value = new Random().nextDouble();
  }

  private static final class DrawsMathRandom {
    double value = Math.random();
  }

  private static final class TouchesFile {
    File file = new File("x");
  }

  private static final class TouchesNetwork {
    Object url = URI.create("http://localhost");
  }

  private static final class StartsThread {
    Thread thread = new Thread(() -> {});
  }

  private static final class UsesJackson {
    Object mapper = new com.fasterxml.jackson.databind.ObjectMapper();
  }
}
