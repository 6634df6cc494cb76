package io.weir.plugin.wasm;

import org.jspecify.annotations.Nullable;

/**
 * Objects by the host's numbers of contexts: a hash table without boxes, which is smaller and
 * faster than the class library's.
 *
 * @param <T> what is kept
 */
final class Contexts<T> {
  private static final int EMPTY = 0;
  private static final int REMOVED = -1;
  private int[] keys = new int[16];
  private @Nullable Object[] values = new Object[16];
  // Places that are not empty, those of removed entries included.
  private int used;

  /** What is kept under a number, or null. */
  @SuppressWarnings("unchecked")
  @Nullable T get(int key) {
    int mask = keys.length - 1;
    for (int i = key & mask; keys[i] != EMPTY; i = i + 1 & mask) {
      if (keys[i] == key) {
        return (T) values[i];
      }
    }
    return null;
  }

  /** Keeps a value under a number above 0. */
  void put(int key, T value) {
    if (used * 2 >= keys.length) {
      rehash();
    }
    int mask = keys.length - 1;
    int free = -1;
    int i = key & mask;
    while (keys[i] != EMPTY && keys[i] != key) {
      if (keys[i] == REMOVED && free < 0) {
        free = i;
      }
      i = i + 1 & mask;
    }
    if (keys[i] == EMPTY) {
      if (free < 0) {
        used++;
      } else {
        i = free;
      }
    }
    keys[i] = key;
    values[i] = value;
  }

  void remove(int key) {
    int mask = keys.length - 1;
    for (int i = key & mask; keys[i] != EMPTY; i = i + 1 & mask) {
      if (keys[i] == key) {
        keys[i] = REMOVED;
        values[i] = null;
        return;
      }
    }
  }

  private void rehash() {
    int[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    int live = 0;
    for (int key : oldKeys) {
      live += key > 0 ? 1 : 0;
    }
    int size = 16;
    while (size < live * 4) {
      size *= 2;
    }
    keys = new int[size];
    values = new Object[size];
    used = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] > 0) {
        int at = oldKeys[i] & size - 1;
        while (keys[at] != EMPTY) {
          at = at + 1 & size - 1;
        }
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
        used++;
      }
    }
  }
}
