package dev.almanac.service.view;

/**
 * Minutes in which demand needed more replicas than were ready.
 *
 * @param almanac what happened; NaN when it is not known
 * @param plainHpa what a plain HPA would have had on the same demand; NaN when it is not known
 */
public record ShortMinutes(double almanac, double plainHpa) {}
