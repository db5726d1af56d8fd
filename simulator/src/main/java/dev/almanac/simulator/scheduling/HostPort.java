package dev.almanac.simulator.scheduling;

/**
 * A port on the node's own address.
 *
 * @param ip address it is bound to; {@code 0.0.0.0}: all of them
 */
public record HostPort(int port, String protocol, String ip) {
  private static final String ALL = "0.0.0.0";

  /** Fills in what Kubernetes does. */
  public HostPort {
    protocol = protocol.isEmpty() ? "TCP" : protocol;
    ip = ip.isEmpty() || ip.equals("::") ? ALL : ip;
  }

  boolean clashesWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (ip.equals(other.ip) || ip.equals(ALL) || other.ip.equals(ALL));
  }
}
