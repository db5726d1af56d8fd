/** Usage histories of workloads out of cAdvisor and kube-state-metrics. */
@NullMarked
package dev.almanac.collector.workloads;

import org.jspecify.annotations.NullMarked;
