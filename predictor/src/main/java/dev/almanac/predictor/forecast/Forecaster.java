package dev.almanac.predictor.forecast;

import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.series.TimeSeries;

/** Learns a model from history: milliseconds, hourly. Pure: same history, same model. */
public interface Forecaster {

  /**
   * Fits a model.
   *
   * @param history any length, absent samples allowed anywhere; an empty or all-absent history
   *     gives a model that follows the recent level with wide quantiles
   * @param calendar what not to learn from
   */
  FittedModel fit(TimeSeries history, DemandCalendar calendar);
}
