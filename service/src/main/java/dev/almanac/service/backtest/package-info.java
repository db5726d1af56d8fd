/** Backtests of many series, and how they are told: table, JSON, page. */
@NullMarked
package dev.almanac.service.backtest;

import org.jspecify.annotations.NullMarked;
