package dev.almanac.predictor.rightsizing.vpa;

import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * Limits that keep their ratio to the request ({@code utils/vpa/limit_and_request_scaling.go}).
 *
 * <p>CPU in millicores, memory in bytes; both in integers, cut off. 0 is unset, as it is there.
 */
public final class ProportionalLimit {
  private ProportionalLimit() {}

  /**
   * A new limit.
   *
   * @param limit absent when none is to be set
   * @param explained whether the pod gets an annotation on why the ratio is not kept
   */
  public record Limit(OptionalLong limit, boolean explained) {}

  /**
   * The limit that goes with a new request: equal to it when it was equal or when there was no
   * request, else in the old ratio, at most 2^63 - 1. None without an old or default limit.
   */
  public static Limit of(
      OptionalLong limit, OptionalLong request, long newRequest, OptionalLong defaultLimit) {
    long old = effectiveLimit(limit, defaultLimit);
    if (old == 0 || newRequest == 0) {
      return new Limit(OptionalLong.empty(), true);
    }
    long oldRequest = request.orElse(0);
    if (oldRequest == 0 || oldRequest == old) {
      return new Limit(OptionalLong.of(newRequest), false);
    }
    BigInteger exact = product(old, newRequest).divide(BigInteger.valueOf(oldRequest));
    boolean fits = exact.bitLength() < Long.SIZE;
    return new Limit(OptionalLong.of(fits ? exact.longValue() : Long.MAX_VALUE), !fits);
  }

  /**
   * The request at which the limit meets a bound, in the ratio of now. 0, which bounds nothing,
   * when there is no limit.
   */
  static long requestAt(long limitBound, long limit, long request, long defaultLimit) {
    long old = limit == 0 ? defaultLimit : limit;
    if (old == 0) {
      return 0;
    }
    return request == 0 ? limitBound : scale(request, limitBound, old, false);
  }

  /** {@code amount * part / whole} in integers, at most 2^63 - 1. {@code whole} is not 0. */
  static long scale(long amount, long part, long whole, boolean up) {
    BigInteger[] exact = product(amount, part).divideAndRemainder(BigInteger.valueOf(whole));
    BigInteger result = up && exact[1].signum() != 0 ? exact[0].add(BigInteger.ONE) : exact[0];
    return result.bitLength() < Long.SIZE ? result.longValue() : Long.MAX_VALUE;
  }

  private static BigInteger product(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }

  private static long effectiveLimit(OptionalLong limit, OptionalLong defaultLimit) {
    long own = limit.orElse(0);
    return own == 0 ? defaultLimit.orElse(0) : own;
  }
}
