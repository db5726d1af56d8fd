package dev.almanac.service.cli;

/** How a verb prints its result. */
enum Output {
  TABLE,
  JSON
}
