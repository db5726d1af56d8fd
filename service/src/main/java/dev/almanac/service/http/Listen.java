package dev.almanac.service.http;

import java.util.Set;

/**
 * Where to listen, and under which names to answer.
 *
 * <p>On a loopback address only requests for {@code localhost}, a loopback address or one of {@code
 * hosts} are answered: a web page that makes its own name resolve to 127.0.0.1 must not read this
 * API through its visitor's browser. On any other address every name is answered, because only the
 * network's owner knows them.
 *
 * @param address a local address, never a name that needs resolving, {@code localhost} aside
 * @param port 0 to 65,535; 0 takes a free one
 * @param hosts further names, for example of a proxy before this service; lower case, no port
 */
public record Listen(String address, int port, Set<String> hosts) {

  /** {@code 127.0.0.1:8080}. */
  public static final Listen DEFAULT = new Listen("127.0.0.1", 8080, Set.of());

  /** Checks the port and copies the set. */
  public Listen {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, was " + port);
    }
    hosts = Set.copyOf(hosts);
  }
}
