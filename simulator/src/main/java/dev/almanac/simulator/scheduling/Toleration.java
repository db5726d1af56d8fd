package dev.almanac.simulator.scheduling;

/**
 * A toleration.
 *
 * @param key empty: every key (with {@code exists})
 * @param exists whether any value is tolerated
 * @param effect empty: every effect
 */
public record Toleration(String key, boolean exists, String value, String effect) {

  boolean tolerates(Taint taint) {
    return (effect.isEmpty() || effect.equals(taint.effect()))
        && (key.isEmpty() ? exists : key.equals(taint.key()))
        && (exists || value.equals(taint.value()));
  }
}
