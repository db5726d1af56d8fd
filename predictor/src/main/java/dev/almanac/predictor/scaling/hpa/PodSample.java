package dev.almanac.predictor.scaling.hpa;

import java.time.Duration;
import java.time.Instant;

/**
 * One metric's value for one pod.
 *
 * @param pod the pod's name
 * @param at end of the time that the value covers
 * @param window length of that time
 * @param milli the value in milli-units
 */
public record PodSample(String pod, Instant at, Duration window, long milli) {}
