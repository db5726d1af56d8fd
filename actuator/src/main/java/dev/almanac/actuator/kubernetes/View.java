package dev.almanac.actuator.kubernetes;

import java.util.Set;

/**
 * Where a {@link ListWatch} puts what it hears. Never goes back: an object that is known at a later
 * version stays, since a read or write of our own may have overtaken the watch.
 */
interface View<T extends ApiObject> {

  /**
   * The object is there.
   *
   * @param listed whether this comes from a list, and so says nothing about when it came to be
   */
  void present(T object, boolean listed);

  /** The object was deleted; this is how it was at last. */
  void deleted(T object);

  /**
   * A list is complete.
   *
   * @param ids everything that it had
   * @param resourceVersion the state that it shows; what is known at a later one stays
   */
  void listed(Set<String> ids, String resourceVersion);
}
