package dev.almanac.service.pack;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes quantities as whole units, rounded up as the scheduler does (apimachinery, {@code
 * resource.Quantity.ScaledValue}). Of 100,000 pods few quantities differ, so each is read once.
 */
final class Quantities {

  /** The grammar of apimachinery/pkg/api/resource/quantity.go. */
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]{1,40}\\.?[0-9]{0,40}|\\.[0-9]{1,40}))"
              + "(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,3}))?");

  private static final String BINARY = "KMGTPE";
  private static final String DECIMAL = "kMGTPE";
  private static final String SMALL = "mun";

  /** What a double, and so the packing, holds exactly. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1L << 53);

  private static final int MAX_CACHE = 100_000;

  private final Map<String, Long> units = new HashMap<>();
  private final Map<String, Long> thousandths = new HashMap<>();

  /** Whole units, or thousandths of them; never negative. */
  long read(String text, boolean milli) {
    Map<String, Long> cache = milli ? thousandths : units;
    Long known = cache.get(text);
    if (known != null) {
      return known;
    }
    BigDecimal value = decimal(text);
    BigDecimal scaled = milli ? value.movePointRight(3) : value;
    if (scaled.signum() < 0) {
      throw new IllegalArgumentException("the quantity '" + text + "' is negative");
    }
    if (scaled.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("the quantity '" + text + "' is larger than 2^53 units");
    }
    long read = scaled.setScale(0, RoundingMode.CEILING).longValueExact();
    if (cache.size() < MAX_CACHE) {
      cache.put(text, read);
    }
    return read;
  }

  private static BigDecimal decimal(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
      throw new IllegalArgumentException(
          "'%s' is not a quantity; write 500m, 1.5, 512Mi, 2G or 1e9".formatted(shown));
    }
    BigDecimal number = new BigDecimal(m.group(1).endsWith(".") ? m.group(1) + "0" : m.group(1));
    String suffix = m.group(2);
    if (m.group(3) != null) {
      return number.scaleByPowerOfTen(Integer.parseInt(m.group(3)));
    }
    if (suffix == null) {
      return number;
    }
    if (suffix.endsWith("i")) {
      int power = BINARY.indexOf(suffix.charAt(0)) + 1;
      return number.multiply(BigDecimal.valueOf(1L << (10 * power)));
    }
    int small = SMALL.indexOf(suffix.charAt(0));
    int power = small >= 0 ? -small - 1 : DECIMAL.indexOf(suffix.charAt(0)) + 1;
    return number.scaleByPowerOfTen(3 * power);
  }
}
