package dev.almanac.benchmarks.accuracy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Runs {@code benchmarks/peers} over the tasks of this run, or goes on where it stopped. */
final class Peers {
  private Peers() {}

  static Path defaultHome() {
    return root().resolve("target").resolve("peers");
  }

  private static Path root() {
    return Path.of(System.getProperty("almanac.root", "."), "benchmarks").toAbsolutePath();
  }

  /**
   * Writes the tasks to a folder of their own, whose name is their hash: answers to other tasks can
   * then not be taken for answers to these.
   *
   * @return the folder of answers, which need not be there
   */
  static Path prepare(PeerTasks tasks, Path home) throws IOException {
    Files.createDirectories(home);
    Path file = home.resolve("tasks.txt");
    tasks.write(file);
    Path folder = home.resolve("run-" + hash(Files.readAllBytes(file)));
    Files.createDirectories(folder);
    Files.move(file, folder.resolve("tasks.txt"), StandardCopyOption.REPLACE_EXISTING);
    return folder.resolve("answers");
  }

  /** Installs the peers and runs them one after the other. */
  static void run(Path home, Path answers, Progress progress)
      throws IOException, InterruptedException {
    Path scripts = root().resolve("peers");
    progress.note("installing peers in " + home);
    call(home, scripts.resolve("install").toString(), home.toString());
    progress.note("running peers; PEER_SECONDS limits each of them");
    call(home, scripts.resolve("run").toString(), answers.resolveSibling("").toString());
  }

  private static void call(Path home, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PEERS_HOME", home.toAbsolutePath().toString());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.start().waitFor(); // A peer that fails leaves no answers, and its row says so.
  }

  /** The first twelve hexadecimal digits of the SHA-256. */
  static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
