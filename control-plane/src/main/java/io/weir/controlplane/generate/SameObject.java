package io.weir.controlplane.generate;

import org.jspecify.annotations.Nullable;

/** Equal to another of the very same object only, for what is immutable and costly to compare. */
final class SameObject {

  private final Object object;

  SameObject(Object object) {
    this.object = object;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SameObject same && same.object == object;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(object);
  }
}
