package dev.almanac.predictor.rightsizing;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * Amounts by resource: millicores of CPU, bytes of memory. A resource may be unset, which is not
 * the same as 0.
 *
 * @param amounts at least 0 each
 */
public record ResourceList(Map<Resource, Long> amounts) {

  /** Nothing is set. */
  public static final ResourceList NONE = new ResourceList(Map.of());

  /** Refuses negative amounts. */
  public ResourceList {
    Map<Resource, Long> copy = new EnumMap<>(Resource.class);
    copy.putAll(amounts);
    copy.forEach((resource, amount) -> {
      if (amount < 0) {
        throw new IllegalArgumentException(resource + " must be at least 0, was " + amount);
      }
    });
    amounts = Collections.unmodifiableMap(copy);
  }

  /** Both resources set. */
  public static ResourceList of(long cpuMillicores, long memoryBytes) {
    return new ResourceList(Map.of(Resource.CPU, cpuMillicores, Resource.MEMORY, memoryBytes));
  }

  /** The amount of a resource, where it is set. */
  public OptionalLong get(Resource resource) {
    Long amount = amounts.get(resource);
    return amount == null ? OptionalLong.empty() : OptionalLong.of(amount);
  }

  /** The amount of a resource, 0 where it is unset. */
  public long orZero(Resource resource) {
    return get(resource).orElse(0);
  }

  /** The same with one resource set to an amount. */
  public ResourceList with(Resource resource, long amount) {
    Map<Resource, Long> copy = new EnumMap<>(Resource.class);
    copy.putAll(amounts);
    copy.put(resource, amount);
    return new ResourceList(copy);
  }

  /** The same with one resource, where it is set, replaced by a function of its amount. */
  public ResourceList map(Resource resource, LongUnaryOperator function) {
    OptionalLong amount = get(resource);
    return amount.isPresent() ? with(resource, function.applyAsLong(amount.getAsLong())) : this;
  }

  /** Only these resources. */
  public ResourceList only(Set<Resource> resources) {
    Map<Resource, Long> copy = new EnumMap<>(Resource.class);
    copy.putAll(amounts);
    copy.keySet().retainAll(resources);
    return new ResourceList(copy);
  }
}
