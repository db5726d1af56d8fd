package dev.almanac.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The real parts that {@code deploy/testbed/install} has put on this machine. A test that needs one
 * is skipped with the reason where it is missing, and fails instead when the environment says
 * {@code ALMANAC_REAL=required}.
 */
public final class RealParts {
  private static final Map<String, String> FOUND = find();

  private RealParts() {}

  /** Folder with etcd, kube-apiserver, kube-controller-manager, kube-scheduler, pod-helper. */
  public static Path controlPlane() {
    return require("BIN_DIR", "the Kubernetes control plane");
  }

  /** The prometheus binary. */
  public static Path prometheus() {
    return require("PROMETHEUS", "Prometheus");
  }

  /** The promtool binary. */
  public static Path promtool() {
    return require("PROMTOOL", "promtool");
  }

  /** The chromium binary. */
  public static Path chromium() {
    return require("CHROMIUM", "Chromium");
  }

  /** Folder that holds playwright-core as {@code package}. */
  public static Path playwright() {
    return require("PLAYWRIGHT_DIR", "playwright-core");
  }

  /** The node binary that runs playwright-core. */
  public static Path node() {
    return require("NODE", "Node.js");
  }

  /** The folder of the testbed's scripts. */
  public static Path scripts() {
    return root().resolve("deploy/testbed");
  }

  /** The repository's root, given to every test by the build. */
  public static Path root() {
    String root = System.getProperty("almanac.root");
    if (root == null) {
      throw new IllegalStateException("run the tests with Maven: almanac.root is not set");
    }
    return Path.of(root);
  }

  private static Path require(String key, String part) {
    String path = FOUND.get(key);
    if (path == null) {
      String why = part + " was not found; deploy/testbed/install puts it on this machine";
      if ("required".equals(System.getenv("ALMANAC_REAL"))) {
        Assertions.fail(why);
      }
      Assumptions.abort(why);
    }
    return Path.of(path);
  }

  private static Map<String, String> find() {
    Map<String, String> found = new HashMap<>();
    for (String line : run(List.of(scripts().resolve("install").toString(), "--print"))) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        found.put(line.substring(0, equals), line.substring(equals + 1).strip());
      }
    }
    return Map.copyOf(found);
  }

  /** Runs a script of the testbed to its end and returns what it printed. */
  static List<String> run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command + " failed: " + String.join("\n", lines));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }

  /** Reads a KEY=VALUE file that a script has left. */
  static Map<String, String> environment(Path file) {
    try {
      Map<String, String> map = new HashMap<>();
      for (String line : java.nio.file.Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          map.put(line.substring(0, equals), line.substring(equals + 1).strip());
        }
      }
      return map;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
