package dev.almanac.actuator.kubernetes;

import dev.almanac.predictor.cluster.TargetRef;
import java.util.regex.Pattern;

/**
 * Checks the parts of a target that become parts of a path: {@code ..} as a name would make a write
 * to another object of it. The rules are those of the API for workloads, DNS labels and subdomains.
 */
final class ObjectName {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  private static final String SUBDOMAIN =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
  private static final int LONGEST = 253;

  private static final Pattern NAMESPACE = Pattern.compile(LABEL);
  private static final Pattern NAME = Pattern.compile(SUBDOMAIN);
  private static final Pattern API_VERSION = Pattern.compile("(" + SUBDOMAIN + "/)?" + LABEL);
  private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]{0,62}");

  private ObjectName() {}

  static boolean isValid(TargetRef target) {
    return matches(NAMESPACE, target.namespace())
        && matches(NAME, target.name())
        && matches(API_VERSION, target.apiVersion())
        && matches(KIND, target.kind());
  }

  private static boolean matches(Pattern pattern, String text) {
    return text.length() <= LONGEST && pattern.matcher(text).matches();
  }
}
