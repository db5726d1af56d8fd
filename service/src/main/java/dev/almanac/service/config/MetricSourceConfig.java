package dev.almanac.service.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * One MetricSource, checked: the only place with URLs and references to credentials. Secrets are
 * named by file and never read here.
 *
 * @param name what autoscalers call it
 * @param url {@code http} or {@code https} with the path under which {@code /api/v1} stands;
 *     without user, query and fragment
 * @param timeout of one request
 * @param auth how to say who we are
 * @param tls which certificates to use; with {@code https} only
 */
public record MetricSourceConfig(
    String name, URI url, Duration timeout, Optional<Auth> auth, Optional<Tls> tls) {

  /** How to say who we are. All paths are absolute. */
  public sealed interface Auth {
    /** {@code Authorization: Bearer} with the content of a file. */
    record BearerTokenFile(Path file) implements Auth {}

    /** {@code Authorization: Basic}; the user name holds no colon. */
    record Basic(String username, Path passwordFile) implements Auth {}
  }

  /**
   * PEM files, by absolute paths.
   *
   * @param caFile whom to trust; empty: the certificates that come with the JDK
   * @param certFile our own certificate, together with {@code keyFile} or not at all
   * @param keyFile the private key of {@code certFile}
   */
  public record Tls(Optional<Path> caFile, Optional<Path> certFile, Optional<Path> keyFile) {}
}
