/**
 * The Vertical Pod Autoscaler 1.7, number for number: what its recommender says, how its admission
 * controller and its updater use it.
 */
@NullMarked
package dev.almanac.predictor.rightsizing.vpa;

import org.jspecify.annotations.NullMarked;
