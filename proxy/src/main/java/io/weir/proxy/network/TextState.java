package io.weir.proxy.network;

import io.weir.filter.FilterState;

/** An object of the filter state that is a text. */
public record TextState(String text) implements FilterState.Serializable {
  @Override
  public String serializeAsString() {
    return text;
  }

  @Override
  public String toString() {
    return text;
  }
}
