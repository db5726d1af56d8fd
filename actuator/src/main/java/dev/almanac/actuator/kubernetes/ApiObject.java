package dev.almanac.actuator.kubernetes;

/** What the view needs to know of an object of any kind. */
interface ApiObject {
  /** What tells it from the others of its kind: the view keeps one object under each. */
  String id();

  /** Tells it from an earlier object of the same name. */
  String uid();

  String resourceVersion();
}
