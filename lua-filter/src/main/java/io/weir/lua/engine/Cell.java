package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** A captured variable, shared by the function that declares it and the closures over it. */
public final class Cell {
  public @Nullable Object value;

  public Cell(@Nullable Object value) {
    this.value = value;
  }
}
