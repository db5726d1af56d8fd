package dev.almanac.actuator.kubernetes;

/** Whether the API server answers, for people and for {@code doctor}. */
public sealed interface ServerHealth {

  /**
   * It answers.
   *
   * @param version for example {@code v1.36.3}
   */
  record Up(String version) implements ServerHealth {}

  /** It does not, or not as an API server would; the detail is one line without secrets. */
  record Down(String detail) implements ServerHealth {}
}
