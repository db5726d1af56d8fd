package dev.almanac.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher at the root of the repository, in a folder of its own: its {@code mvn} and its JDK
 * are scripts that write down how they were called.
 */
class LauncherTest {
  @TempDir Path folder;
  private Path root;
  private Path bin;
  private Path source;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void copyTheLauncher() throws IOException {
    root = Files.createDirectories(folder.resolve("almanac"));
    bin = Files.createDirectories(folder.resolve("bin"));
    source = Files.createDirectories(root.resolve("service/src/main")).resolve("Main.java");
    for (String module : List.of("predictor", "collector", "actuator", "simulator")) {
      Files.createDirectories(root.resolve(module));
    }
    for (Path file : List.of(root.resolve("pom.xml"), source)) {
      Files.writeString(file, "");
      age(file);
      age(file);
    }
    // The machine's own JDKs are not to be found.
    String launcher =
        Files.readString(Path.of(System.getProperty("almanac.root")).resolve("almanac"))
            .replace("/usr/lib/jvm", folder.resolve("jvm").toString())
            .replace("/opt/java", folder.resolve("none").toString());
    script(root.resolve("almanac"), launcher);
    for (String tool : List.of("sh", "sed", "head", "tail", "sort", "find", "dirname", "mkdir")) {
      link(tool);
    }
    for (String tool : List.of("rm", "mv", "touch", "cat", "sleep", "kill", "flock")) {
      link(tool);
    }
    jdk("jvm/temurin-25", "25.0.3");
    maven("3.8.7", "");
  }

  @Test
  void theFirstUseBuildsAndTheNextOnesDoNot() throws Exception {
    Run first = run("demo", "--headless");
    assertThat(first.err).contains("building").doesNotContain("rror");
    assertThat(first.out)
        .contains("-jar " + root.toRealPath().resolve("service/target/almanac-service.jar"))
        .endsWith(" demo --headless\n");
    assertThat(run("--help").err).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aChangedSourceIsBuiltOnceAlsoWhenTheJarStaysAsItIs() throws Exception {
    run("--help");
    // What Maven does when only a library of the service has changed: the jar keeps its time.
    maven("3.8.7", "exit 0");
    writeAfterBuild(source);
    run("--help");
    run("--help");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void testsAndBuiltFilesAreNoReasonToBuild() throws Exception {
    run("--help");
    Path test = Files.createDirectories(root.resolve("service/src/test")).resolve("ATest.java");
    Path built = Files.createDirectories(root.resolve("service/target/src/main")).resolve("A.java");
    writeAfterBuild(test);
    writeAfterBuild(built);
    run("--help");
    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"almanac-service.jar", ".built"})
  void whatIsMissingIsBuiltAgain(String file) throws Exception {
    run("--help");
    Files.delete(root.resolve("service/target").resolve(file));
    run("--help");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aFailedBuildShowsItsEndAndIsTriedAgain() throws Exception {
    maven("3.8.7", "echo cannot resolve something; exit 1");
    Run failed = run("--help");
    assertThat(failed.code).isEqualTo(3);
    assertThat(failed.err).contains("cannot resolve something").contains(".build.log");
    maven("3.8.7", "");
    assertThat(run("--help").code).isZero();
    assertThat(builds()).isEqualTo(2);
  }

  /** The jar of an interrupted build may be there, whole or not, and its libraries missing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptedBuildIsDoneAgain(boolean builtBefore) throws Exception {
    if (builtBefore) {
      run("--help");
      Files.delete(root.resolve("service/target/almanac-service.jar"));
    }
    maven("3.8.7", "echo half > service/target/almanac-service.jar; kill -9 $PPID; exit 1");
    assertThat(run("--help").code).isNotZero();
    maven("3.8.7", "");
    assertThat(run("--help").code).isZero();
    assertThat(builds()).isEqualTo(builtBefore ? 3 : 2);
  }

  @Test
  void aSourceThatChangesUnderTheBuildIsBuiltAgain() throws Exception {
    maven("3.8.7", "sleep 0.1; touch service/src/main/Main.java; " + JAR);
    run("--help");
    maven("3.8.7", "");
    run("--help");
    run("--help");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    maven("3.8.7", "sleep 1; " + JAR);
    Process one = start("one");
    Process two = start("two");
    assertThat(finish(one).out).endsWith(" one\n");
    assertThat(finish(two).out).endsWith(" two\n");
    assertThat(builds()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"17.0.13", "21.0.5", "1.8.0_402", "24"})
  void withoutAJdk25ItSaysSo(String version) throws Exception {
    jdk("jvm/temurin-25", version);
    assertThat(run("--help"))
        .isEqualTo(
            new Run(
                3,
                "",
                "almanac: no JDK 25 or newer found in JAVA_HOME, PATH or %s: install one (for example Eclipse Temurin 25) or set ALMANAC_JAVA_HOME\n"
                    .formatted(folder.resolve("jvm"))));
  }

  @ParameterizedTest
  @CsvSource({"ALMANAC_JAVA_HOME", "JAVA_HOME"})
  void aJdkMayBeNamed(String variable) throws Exception {
    Files.delete(folder.resolve("jvm/temurin-25/bin/java"));
    Path home = jdk("elsewhere", "26");
    ProcessBuilder builder = builder("--help");
    builder.environment().put(variable, home.toString());
    assertThat(finish(builder.start()).out).startsWith(home + "/bin/java ");
  }

  @Test
  void withoutMavenItSaysSo() throws Exception {
    Files.delete(bin.resolve("mvn"));
    assertThat(run("--help"))
        .isEqualTo(
            new Run(
                3,
                "",
                "almanac: no Maven found on PATH: install Maven 3.8.7 or newer, which builds"
                    + " Almanac on first use\n"));
  }

  @ParameterizedTest
  @CsvSource({"3.8.6, false", "3.6.3, false", "3.8.7, true", "3.9.0, true", "3.10.1, true"})
  void anOldMavenIsRefused(String version, boolean good) throws Exception {
    maven(version, "");
    Run run = run("--help");
    assertThat(run.code).isEqualTo(good ? 0 : 3);
    assertThat(run.err).contains(good ? "building" : "Maven " + version + " is too old");
  }

  @Test
  void mavenRunsOnTheJdkThatWasFound() throws Exception {
    maven("3.8.7", "echo \"$JAVA_HOME\" > java-home; " + JAR);
    run("--help");
    assertThat(root.resolve("java-home")).hasContent(folder.resolve("jvm/temurin-25").toString());
  }

  // ---------------------------------------------------------------- the folder

  private static final String JAR = "echo jar > service/target/almanac-service.jar";

  private void maven(String version, String build) throws IOException {
    script(
        bin.resolve("mvn"),
        """
        #!/bin/sh
        if [ "$1" = -v ]; then echo "Apache Maven %s (unknown)"; exit; fi
        echo "$@" >> "%s"
        %s
        """
            .formatted(version, folder.resolve("builds"), build.isEmpty() ? JAR : build));
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "#!/bin/sh\necho \"$0 $*\"\n");
    script(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A tool of the system under its name, and nothing else that is on this machine's PATH. */
  private void link(String tool) throws IOException {
    for (String place : System.getenv("PATH").split(File.pathSeparator)) {
      Path program = Path.of(place).resolve(tool);
      if (Files.isExecutable(program)) {
        script(bin.resolve(tool), "#!/bin/sh\nexec \"%s\" \"$@\"\n".formatted(program));
        return;
      }
    }
  }

  /** Writes a file as if a minute had passed since the build. */
  private void writeAfterBuild(Path file) throws IOException {
    age(root.resolve("service/target/.built"));
    Files.writeString(file, "changed");
  }

  /** Makes a file a minute older. */
  private static void age(Path file) throws IOException {
    long millis = Files.getLastModifiedTime(file).toMillis();
    Files.setLastModifiedTime(file, FileTime.fromMillis(millis - 60_000));
  }

  private long builds() throws IOException {
    try (var lines = Files.lines(folder.resolve("builds"))) {
      return lines.count();
    }
  }

  private ProcessBuilder builder(String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(root.resolve("almanac").toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().clear(); // Not even HOME.
    builder.environment().put("PATH", bin.toString());
    return builder;
  }

  private Process start(String... arguments) throws IOException {
    return builder(arguments).start();
  }

  private Run run(String... arguments) throws Exception {
    return finish(start(arguments));
  }

  private static Run finish(Process process) throws Exception {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, err);
  }
}
