package dev.almanac.testbed;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Prometheus on this machine that can be stopped and started again on the same data. */
public final class PrometheusServer implements AutoCloseable {
  private final Path folder;
  private URI url;

  private PrometheusServer(Path folder, URI url) {
    this.folder = folder;
    this.url = url;
  }

  /**
   * Starts one.
   *
   * @param folder where its data and log go
   * @param backfill OpenMetrics files to load first, with timestamps in seconds and a final # EOF
   */
  public static PrometheusServer start(Path folder, List<Path> backfill) {
    RealParts.prometheus();
    List<String> command = new ArrayList<>(List.of(script(), folder.toString()));
    for (Path file : backfill) {
      command.add("--backfill");
      command.add(file.toString());
    }
    RealParts.run(command);
    return new PrometheusServer(folder, readUrl(folder));
  }

  /** Where it listens; the same after a restart. */
  public URI url() {
    return url;
  }

  /** Stops the process; its data stay. */
  public void stop() {
    RealParts.run(List.of(script(), folder.toString(), "--stop"));
  }

  /** Starts it again on the same port and data. */
  public void restart() {
    RealParts.run(List.of(script(), folder.toString(), "--port", Integer.toString(url.getPort())));
    url = readUrl(folder);
  }

  @Override
  public void close() {
    stop();
  }

  private static String script() {
    return RealParts.scripts().resolve("prometheus").toString();
  }

  private static URI readUrl(Path folder) {
    return URI.create(
        RealParts.environment(folder.resolve("prometheus.env")).getOrDefault("PROMETHEUS_URL", ""));
  }
}
