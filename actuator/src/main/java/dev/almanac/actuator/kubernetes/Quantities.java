package dev.almanac.actuator.kubernetes;

import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.custom.QuantityFormatException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/** Amounts of resources as the API writes them. */
final class Quantities {
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** The API writes no amount of a resource longer than this. */
  private static final int LONGEST_TEXT = 64;

  private Quantities() {}

  /**
   * A quantity in milli-units, rounded up as {@code Quantity.MilliValue} of the API does, and
   * saturating; empty for what is no quantity or is negative.
   */
  static OptionalLong milli(String text) {
    if (text.isEmpty() || text.length() > LONGEST_TEXT) {
      return OptionalLong.empty();
    }
    try {
      BigDecimal number = Quantity.fromString(text).getNumber();
      // Before an exponent that somebody chose is worked out digit by digit.
      if (number.signum() < 0 || Math.abs((long) number.precision() - number.scale()) > 40) {
        return OptionalLong.empty();
      }
      BigDecimal milli = number.movePointRight(3).setScale(0, RoundingMode.CEILING);
      return OptionalLong.of(milli.min(MOST).longValueExact());
    } catch (QuantityFormatException | ArithmeticException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
