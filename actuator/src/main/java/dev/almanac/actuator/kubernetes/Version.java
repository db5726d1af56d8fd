package dev.almanac.actuator.kubernetes;

/**
 * Resource versions: the number of the write that made this state of an object. They are decimal
 * and may be compared within one resource, as written down by KEP-5504 for what all API servers on
 * etcd do. One that is no number is never older than anything, so that such a server's events are
 * all believed.
 */
final class Version {

  private Version() {}

  /** Whether {@code version} is known to be of an earlier state than {@code other}. */
  static boolean isOlder(String version, String other) {
    if (!isNumber(version) || !isNumber(other)) {
      return false;
    }
    return version.length() == other.length()
        ? version.compareTo(other) < 0
        : version.length() < other.length();
  }

  private static boolean isNumber(String version) {
    return !version.isEmpty()
        && version.charAt(0) != '0'
        && version.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
