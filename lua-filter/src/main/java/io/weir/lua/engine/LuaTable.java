package io.weir.lua.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table: an array part for small non-negative whole keys and a hash part that keeps insertion
 * order. The array part grows by LuaJIT's rule, so that the length operator gives its answers for
 * arrays with holes too. An entry set to nil keeps its place until the hash part grows, so that a
 * traversal may clear entries.
 */
public final class LuaTable {
  private static final @Nullable Object[] NO_ARRAY = {};
  private static final int LINEAR_LIMIT = 8;
  private static final int MAX_ARRAY = 1 << 26;

  /** Slot i holds key i; slot 0 is part of it. */
  private @Nullable Object[] array = NO_ARRAY;

  private Object[] keys = new Object[0];
  private @Nullable Object[] values = NO_ARRAY;
  private int used;

  /** Open addressing: entry number + 1, 0 for empty. Empty for up to {@link #LINEAR_LIMIT}. */
  private int[] index = {};

  private @Nullable LuaTable metatable;
  private int absent;
  private @Nullable WeakEntries weak;

  public LuaTable() {}

  /**
   * @param arraySlots slots of the array part, slot 0 included
   * @param hashEntries entries of the hash part
   */
  public LuaTable(int arraySlots, int hashEntries) {
    if (arraySlots > 0) {
      array = new @Nullable Object[arraySlots];
    }
    if (hashEntries > 0) {
      allocateHash(capacity(hashEntries));
    }
  }

  /** A copy of keys and values, without metatable. */
  public LuaTable copy() {
    var copy = new LuaTable();
    if (array.length > 0) {
      copy.array = array.clone();
    }
    if (keys.length > 0) {
      copy.keys = keys.clone();
      copy.values = values.clone();
      copy.used = used;
      copy.index = index.length == 0 ? index : index.clone();
    }
    return copy;
  }

  // ---- metatable

  public @Nullable LuaTable metatable() {
    return metatable;
  }

  public void setMetatable(@Nullable LuaTable metatable) {
    this.metatable = metatable;
    if (metatable != null
        && metatable.get(Metamethod.MODE.key()) instanceof LuaString mode
        && weak == null) {
      weaken(mode);
    }
  }

  /** For a table that serves as metatable: a metamethod, its absence being remembered. */
  @Nullable Object metamethod(Metamethod event) {
    if ((absent & event.bit()) != 0) {
      return null;
    }
    Object value = get(event.key());
    if (value == null) {
      absent |= event.bit();
    }
    return value;
  }

  private void weaken(LuaString mode) {
    var entries = new WeakEntries(mode);
    for (int i = 0; i < array.length; i++) {
      if (array[i] != null) {
        entries.put((double) i, array[i]);
      }
    }
    for (int i = 0; i < used; i++) {
      if (values[i] != null) {
        entries.put(keys[i], values[i]);
      }
    }
    array = NO_ARRAY;
    keys = new Object[0];
    values = NO_ARRAY;
    used = 0;
    index = new int[0];
    weak = entries;
  }

  /** Whether entries go when nothing else refers to their key or value. */
  public boolean weak() {
    return weak != null;
  }

  // ---- reads

  public @Nullable Object get(@Nullable Object key) {
    if (key instanceof LuaString string) {
      return get(string);
    }
    if (key instanceof Double number) {
      return get((double) number);
    }
    return key == null ? null : hashGet(key);
  }

  public @Nullable Object get(LuaString key) {
    if (index.length == 0) {
      Object[] keys = this.keys;
      int used = this.used;
      for (int i = 0; i < used; i++) {
        if (keys[i] == key) {
          return values[i];
        }
      }
      return used == 0 ? weak(key) : linearGet(key);
    }
    int entry = indexFind(key, key.hashCode());
    return entry < 0 ? null : values[entry];
  }

  /**
   * A value of the hash part by a guess where its key lies: null when the key lies elsewhere, as
   * when there is no value.
   */
  public @Nullable Object guess(LuaString key, int entry) {
    Object[] keys = this.keys;
    return entry < keys.length && keys[entry] == key ? values[entry] : null;
  }

  /** Where a key lies in the hash part, for {@link #guess}; −1 when it is not there. */
  public int entry(LuaString key) {
    int entry = weak == null ? find(key) : -1;
    if (entry >= 0) {
      keys[entry] = key;
    }
    return entry;
  }

  private @Nullable Object linearGet(LuaString key) {
    int hash = key.hashCode();
    for (int i = 0; i < used; i++) {
      if (keys[i] instanceof LuaString other && other.hashCode() == hash && other.equals(key)) {
        return values[i];
      }
    }
    return null;
  }

  /** A value of the array part; null when the key lies elsewhere, as when there is no value. */
  public @Nullable Object item(double key) {
    int slot = (int) key;
    @Nullable Object[] array = this.array;
    return slot == key && slot >= 0 && slot < array.length ? array[slot] : null;
  }

  public @Nullable Object get(double key) {
    int slot = (int) key;
    if (slot == key) {
      @Nullable Object[] array = this.array;
      if (slot >= 0 && slot < array.length) {
        return array[slot];
      }
    }
    return used == 0 && weak == null ? null : hashGet(key == 0 ? 0.0 : key);
  }

  public @Nullable Object get(int key) {
    return key >= 0 && key < array.length ? array[key] : get((double) key);
  }

  private @Nullable Object hashGet(Object key) {
    if (weak != null) {
      return weak.get(key);
    }
    int entry = find(key);
    return entry < 0 ? null : values[entry];
  }

  private @Nullable Object weak(Object key) {
    return weak == null ? null : weak.get(key);
  }

  // ---- writes

  /** Sets a value without metamethods. Nil and NaN as a key are an error. */
  public void set(@Nullable Object key, @Nullable Object value) {
    switch (key) {
      case LuaString string -> set(string, value);
      case Double number -> set((double) number, value);
      case null -> throw new LuaError("table index is nil");
      default -> hashSet(key, value);
    }
  }

  public void set(LuaString key, @Nullable Object value) {
    if (index.length == 0) {
      for (int i = 0; i < used; i++) {
        if (keys[i] == key) {
          if (values[i] == null) {
            absent = 0;
          }
          values[i] = value;
          return;
        }
      }
    }
    hashSet(key, value);
  }

  public void set(double key, @Nullable Object value) {
    int slot = (int) key;
    if (slot == key) {
      @Nullable Object[] array = this.array;
      if (slot >= 0 && slot < array.length) {
        array[slot] = value;
        return;
      }
    } else if (Double.isNaN(key)) {
      throw new LuaError("table index is NaN");
    }
    hashSet(key == 0 ? 0.0 : key, value);
  }

  public void set(int key, @Nullable Object value) {
    if (key >= 0 && key < array.length) {
      array[key] = value;
    } else {
      set((double) key, value);
    }
  }

  private void hashSet(Object key, @Nullable Object value) {
    if (weak != null) {
      weak.put(key, value);
      return;
    }
    int entry = find(key);
    if (entry >= 0) {
      if (values[entry] == null) {
        absent = 0;
      }
      values[entry] = value;
      return;
    }
    if (used == keys.length) {
      rehash(key);
      if (key instanceof Double number && number < array.length && number >= 0) {
        int slot = (int) (double) number;
        if (slot == number) {
          array[slot] = value;
          return;
        }
      }
    }
    absent = 0;
    append(key, value);
  }

  /** Whether setting this key would make a new entry. */
  public boolean vacant(Object key) {
    return get(key) == null;
  }

  /**
   * Stores values of a constructor from an index on. Makes room as LuaJIT does, one slot more than
   * needed.
   */
  public void setAll(int from, @Nullable Object[] items) {
    if (items.length == 0) {
      return;
    }
    if (from + items.length > array.length) {
      resizeArray(from + items.length + 1);
    }
    System.arraycopy(items, 0, array, from, items.length);
  }

  /** Makes the array part at least this many slots long, slot 0 included. */
  public void ensureArray(int slots) {
    if (array.length < slots) {
      resizeArray(slots);
    }
  }

  // ---- hash part

  private static int capacity(int entries) {
    return entries <= 1 ? entries : Integer.highestOneBit(entries - 1) << 1;
  }

  private void allocateHash(int capacity) {
    keys = new Object[capacity];
    values = new @Nullable Object[capacity];
    used = 0;
    index = capacity > LINEAR_LIMIT ? new int[capacity * 2] : new int[0];
  }

  private void append(Object key, @Nullable Object value) {
    keys[used] = key;
    values[used] = value;
    used++;
    if (index.length > 0) {
      int mask = index.length - 1;
      int at = slot(key.hashCode(), mask);
      while (index[at] != 0) {
        at = (at + 1) & mask;
      }
      index[at] = used;
    }
  }

  private int find(Object key) {
    if (index.length > 0) {
      return indexFind(key, key.hashCode());
    }
    for (int i = 0; i < used; i++) {
      if (keys[i] == key || same(keys[i], key)) {
        return i;
      }
    }
    return -1;
  }

  private int indexFind(Object key, int hash) {
    int mask = index.length - 1;
    for (int at = slot(hash, mask); index[at] != 0; at = (at + 1) & mask) {
      Object other = keys[index[at] - 1];
      if (other == key || same(other, key)) {
        return index[at] - 1;
      }
    }
    return -1;
  }

  /** Spreads a hash; those of whole doubles differ in their high bits only. */
  private static int slot(int hash, int mask) {
    int spread = hash * 0x9E3779B9;
    return (spread ^ spread >>> 16) & mask;
  }

  private static boolean same(Object a, Object b) {
    return switch (a) {
      case LuaString string -> string.equals(b);
      case Double number -> b instanceof Double other && (double) number == (double) other;
      case Boolean bool -> bool.equals(b);
      default -> false;
    };
  }

  /** Grows for one more key: counts whole keys and sizes both parts anew. */
  private void rehash(Object extra) {
    int[] bins = new int[28];
    int total = 1;
    int whole = 0;
    for (int i = 1; i < array.length; i++) {
      if (array[i] != null) {
        bins[bin(i)]++;
        whole++;
      }
    }
    total += whole;
    if (array.length > 0 && array[0] != null) {
      bins[0]++;
      whole++;
      total++;
    }
    for (int i = 0; i < used; i++) {
      if (values[i] != null) {
        whole += count(keys[i], bins);
        total++;
      }
    }
    whole += count(extra, bins);
    int slots = 0;
    int inArray = 0;
    int sum = 0;
    for (int b = 0; b < bins.length && 2L * whole > 1L << b && sum != whole; b++) {
      if (bins[b] > 0) {
        sum += bins[b];
        if (2L * sum > 1L << b) {
          slots = (2 << b) + 1;
          inArray = sum;
        }
      }
    }
    resize(slots, total - inArray);
  }

  private static int bin(int key) {
    return key > 2 ? 31 - Integer.numberOfLeadingZeros(key - 1) : 0;
  }

  private static int count(Object key, int[] bins) {
    if (key instanceof Double number) {
      int whole = (int) (double) number;
      if (whole == number && whole >= 0 && whole < MAX_ARRAY) {
        bins[bin(whole)]++;
        return 1;
      }
    }
    return 0;
  }

  private void resizeArray(int slots) {
    int live = 0;
    for (int i = 0; i < used; i++) {
      if (values[i] != null) {
        live++;
      }
    }
    resize(slots, live);
  }

  private void resize(int slots, int hashEntries) {
    @Nullable Object[] oldArray = array;
    Object[] oldKeys = keys;
    @Nullable Object[] oldValues = values;
    int oldUsed = used;
    if (slots != oldArray.length) {
      array = slots == 0 ? NO_ARRAY : Arrays.copyOf(oldArray, slots);
    }
    allocateHash(capacity(hashEntries));
    for (int i = slots; i < oldArray.length; i++) {
      if (oldArray[i] != null) {
        hashSet((double) i, oldArray[i]);
      }
    }
    for (int i = 0; i < oldUsed; i++) {
      if (oldValues[i] != null) {
        set(oldKeys[i], oldValues[i]);
      }
    }
  }

  // ---- length and traversal

  /** A border, by LuaJIT's search. */
  public int length() {
    if (weak != null) {
      return weak.length();
    }
    int high = array.length - 1;
    if (high > 0 && array[high] == null) {
      int low = 0;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (array[middle] == null) {
          high = middle;
        } else {
          low = middle;
        }
      }
      return low;
    }
    high = Math.max(high, 0);
    return used == 0 ? high : searchBeyond(high);
  }

  private int searchBeyond(int from) {
    int low = from;
    long high = from + 1L;
    while (get((double) high) != null) {
      low = (int) high;
      high *= 2;
      if (high > Integer.MAX_VALUE - 2) {
        int i = 1;
        while (get(i) != null) {
          i++;
        }
        return i - 1;
      }
    }
    int upper = (int) high;
    while (upper - low > 1) {
      int middle = (low + upper) >>> 1;
      if (get((double) middle) == null) {
        upper = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /**
   * The position of the first entry at or after a position, or −1. Positions number the array part
   * and then the hash part; they stay valid while no key is added.
   */
  public int position(int from) {
    if (weak != null) {
      weakSnapshot(from);
      return from < weak.snapshotSize() ? from : -1;
    }
    int at = from;
    for (; at < array.length; at++) {
      if (array[at] != null) {
        return at;
      }
    }
    for (int i = at - array.length; i < used; i++) {
      if (values[i] != null) {
        return i + array.length;
      }
    }
    return -1;
  }

  private void weakSnapshot(int from) {
    if (from == 0 && weak != null) {
      weak.snapshot();
    }
  }

  public Object keyAt(int position) {
    if (weak != null) {
      return weak.snapshotKey(position);
    }
    return position < array.length ? (Object) (double) position : keys[position - array.length];
  }

  public @Nullable Object valueAt(int position) {
    if (weak != null) {
      return weak.get(weak.snapshotKey(position));
    }
    return position < array.length ? array[position] : values[position - array.length];
  }

  /** The position behind a key, 0 for nil; −1 when there is no such key. */
  public int positionAfter(@Nullable Object key) {
    if (key == null) {
      return 0;
    }
    if (weak != null) {
      return weak.snapshotIndex(key) + 1;
    }
    if (key instanceof Double number) {
      int slot = (int) (double) number;
      if (slot == number && slot >= 0 && slot < array.length) {
        return slot + 1;
      }
    }
    int entry = find(key instanceof Double number && number == 0 ? (Object) 0.0 : key);
    return entry < 0 ? -1 : entry + array.length + 1;
  }

  /** Entries that are not nil. */
  public int count() {
    int count = 0;
    for (int at = position(0); at >= 0; at = position(at + 1)) {
      count++;
    }
    return count;
  }

  /** An estimate of the memory that the table's own arrays take. */
  long bytes() {
    return 56L + 8L * array.length + 16L * keys.length + 4L * index.length;
  }
}
