/** What a container should request and why: every piece of right-sizing joined to one answer. */
@NullMarked
package dev.almanac.predictor.rightsizing.advice;

import org.jspecify.annotations.NullMarked;
