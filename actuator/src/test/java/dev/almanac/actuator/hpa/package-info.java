/** The rule beside the HorizontalPodAutoscaler of a real kube-controller-manager. */
@NullMarked
package dev.almanac.actuator.hpa;

import org.jspecify.annotations.NullMarked;
