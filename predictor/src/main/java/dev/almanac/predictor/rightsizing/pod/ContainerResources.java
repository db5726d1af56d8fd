package dev.almanac.predictor.rightsizing.pod;

import dev.almanac.predictor.rightsizing.ResourceList;

/** Requests and limits of one container. */
public record ContainerResources(ResourceList requests, ResourceList limits) {}
