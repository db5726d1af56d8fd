/** Forecasts made again at instants of the past, scored, and judged: is a forecast worth it? */
@NullMarked
package dev.almanac.predictor.backtest;

import org.jspecify.annotations.NullMarked;
