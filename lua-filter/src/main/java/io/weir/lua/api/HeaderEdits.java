package io.weir.lua.api;

import io.weir.filter.http.HeaderMap;
import io.weir.lua.engine.LuaString;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and edits of a header map with Envoy's rules for names that stand once. */
final class HeaderEdits {
  private HeaderEdits() {}

  /** All values of a lower-case name joined by a comma, or null. */
  static @Nullable LuaString get(HeaderMap map, LuaString name) {
    byte[] key = name.bytes();
    int first = map.find(key, 0, key.length, -1);
    if (first < 0) {
      return null;
    }
    int next = map.find(key, 0, key.length, first);
    LuaString value = value(map, first);
    if (next < 0) {
      return value;
    }
    byte[] joined = value.bytes();
    for (int e = next; e >= 0; e = map.find(key, 0, key.length, e)) {
      int length = map.valueLength(e);
      byte[] longer = java.util.Arrays.copyOf(joined, joined.length + 1 + length);
      longer[joined.length] = ',';
      System.arraycopy(map.bytes(), map.valueStart(e), longer, joined.length + 1, length);
      joined = longer;
    }
    return LuaString.own(joined);
  }

  static LuaString value(HeaderMap map, int entry) {
    return LuaString.copyOf(map.bytes(), map.valueStart(entry), map.valueLength(entry));
  }

  static LuaString name(HeaderMap map, int entry) {
    return LuaString.copyOf(map.bytes(), map.nameStart(entry), map.nameLength(entry));
  }

  static int count(HeaderMap map, LuaString name) {
    byte[] key = name.bytes();
    int count = 0;
    for (int e = map.find(key, 0, key.length, -1); e >= 0; e = map.find(key, 0, key.length, e)) {
      count++;
    }
    return count;
  }

  /** A value by zero-based index, or null. */
  static @Nullable LuaString at(HeaderMap map, LuaString name, int index) {
    byte[] key = name.bytes();
    int left = index;
    for (int e = map.find(key, 0, key.length, -1); e >= 0; e = map.find(key, 0, key.length, e)) {
      if (left-- == 0) {
        return value(map, e);
      }
    }
    return null;
  }

  static void add(HeaderMap map, Set<LuaString> single, LuaString name, LuaString value) {
    byte[] key = name.bytes();
    int entry = single.isEmpty() ? -1 : map.find(key, 0, key.length, -1);
    if (entry >= 0 && single.contains(name)) {
      byte[] joined = value(map, entry).concat(LuaString.of(",")).concat(value).bytes();
      map.setValue(entry, joined, 0, joined.length);
      return;
    }
    map.add(key, 0, key.length, value.bytes(), 0, value.length());
  }

  /** Removes what there is and adds the value at the end; pseudo-headers keep their place. */
  static void replace(HeaderMap map, LuaString name, LuaString value) {
    byte[] key = name.bytes();
    int entry = map.find(key, 0, key.length, -1);
    if (entry >= 0 && key.length > 0 && key[0] == ':') {
      map.setValue(entry, value.bytes(), 0, value.length());
      return;
    }
    if (entry >= 0) {
      remove(map, name);
    }
    map.add(key, 0, key.length, value.bytes(), 0, value.length());
  }

  static void remove(HeaderMap map, LuaString name) {
    byte[] key = name.bytes();
    for (int e = map.find(key, 0, key.length, -1); e >= 0; e = map.find(key, 0, key.length, e)) {
      map.removeEntry(e);
    }
  }
}
