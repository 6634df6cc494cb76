package io.weir.wasm.property;

import org.jspecify.annotations.Nullable;

/**
 * Parsed paths by their bytes, so that a property read per request neither splits nor allocates.
 * Direct-mapped: a collision replaces. One VM's, on its worker.
 */
final class PathCache {
  private static final int SLOTS = 256;

  private final @Nullable PropertyPath[] slots = new PropertyPath[SLOTS];

  PropertyPath get(byte[] source, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + source[i];
    }
    int slot = (hash ^ hash >>> 16) & (SLOTS - 1);
    PropertyPath cached = slots[slot];
    if (cached == null || !cached.matches(source, offset, length)) {
      byte[] bytes = new byte[length];
      System.arraycopy(source, offset, bytes, 0, length);
      cached = new PropertyPath(bytes);
      slots[slot] = cached;
    }
    return cached;
  }
}
