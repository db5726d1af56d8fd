package dev.almanac.service.demo;

import dev.almanac.collector.trace.TraceFiles;
import dev.almanac.predictor.series.TimeSeries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The trace that comes with the product. */
public final class DemoTrace {
  private static final String NAME = "nasa_http_requests_1min.csv.gz";

  private DemoTrace() {}

  /**
   * Requests a minute to NASA's web server in the summer of 1995; see the README beside the file.
   */
  public static TimeSeries read() {
    try (InputStream in =
        Optional.ofNullable(DemoTrace.class.getResourceAsStream("/demo/" + NAME))
            .orElseThrow(() -> new IllegalStateException("the jar has no /demo/" + NAME))) {
      return TraceFiles.read(NAME, in).firstEntry().getValue();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the demo's own trace", e);
    }
  }
}
