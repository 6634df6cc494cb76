package io.weir.proxy.http.hpack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic table: entries enter at the front and leave at the back when there is no room. Indexes
 * begin at 0 for the newest. Belongs to one connection's direction.
 */
final class DynamicTable {
  private static final int OVERHEAD = 32;

  private byte[] @Nullable [] names = new byte[32][];
  private byte[] @Nullable [] values = new byte[32][];
  private int[] hashes = new int[32];
  private int newest;
  private int count;
  private int size;
  private int capacity;

  DynamicTable(int capacity) {
    this.capacity = capacity;
  }

  int count() {
    return count;
  }

  int capacity() {
    return capacity;
  }

  byte[] name(int index) {
    byte[] name = names[slot(index)];
    if (name == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return name;
  }

  byte[] value(int index) {
    byte[] value = values[slot(index)];
    if (value == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return value;
  }

  private int slot(int index) {
    return newest + index & names.length - 1;
  }

  void setCapacity(int bytes) {
    capacity = bytes;
    evict(0);
  }

  /** Adds an entry; one that is larger than the table empties it. */
  void add(byte[] name, byte[] value) {
    int bytes = name.length + value.length + OVERHEAD;
    evict(bytes);
    if (bytes > capacity) {
      return;
    }
    if (count == names.length) {
      grow();
    }
    newest = newest - 1 & names.length - 1;
    names[newest] = name;
    values[newest] = value;
    hashes[newest] = hash(name, 0, name.length, value, 0, value.length);
    count++;
    size += bytes;
  }

  private void evict(int room) {
    while (count > 0 && size + room > capacity) {
      int oldest = slot(count - 1);
      byte[] name = names[oldest];
      byte[] value = values[oldest];
      size -= (name == null ? 0 : name.length) + (value == null ? 0 : value.length) + OVERHEAD;
      names[oldest] = null;
      values[oldest] = null;
      count--;
    }
  }

  private void grow() {
    int length = names.length;
    byte[] @Nullable [] moreNames = new byte[length * 2][];
    byte[] @Nullable [] moreValues = new byte[length * 2][];
    int[] moreHashes = new int[length * 2];
    for (int i = 0; i < count; i++) {
      moreNames[i] = names[slot(i)];
      moreValues[i] = values[slot(i)];
      moreHashes[i] = hashes[slot(i)];
    }
    names = moreNames;
    values = moreValues;
    hashes = moreHashes;
    newest = 0;
  }

  static int hash(
      byte[] name, int nameStart, int nameLength, byte[] value, int valueStart, int valueLength) {
    int hash = nameLength * 31 + valueLength;
    hash = hash * 31 + (nameLength > 0 ? name[nameStart + nameLength - 1] : 0);
    for (int i = 0; i < valueLength; i++) {
      hash = hash * 31 + value[valueStart + i];
    }
    return hash;
  }

  /** The index of an entry with this name and value, −1 when there is none. */
  int find(int hash, byte[] text, int nameStart, int nameLength, int valueStart, int valueLength) {
    for (int i = 0; i < count; i++) {
      int slot = slot(i);
      if (hashes[slot] != hash) {
        continue;
      }
      byte[] name = names[slot];
      byte[] value = values[slot];
      if (name != null
          && value != null
          && Arrays.equals(name, 0, name.length, text, nameStart, nameStart + nameLength)
          && Arrays.equals(value, 0, value.length, text, valueStart, valueStart + valueLength)) {
        return i;
      }
    }
    return -1;
  }
}
