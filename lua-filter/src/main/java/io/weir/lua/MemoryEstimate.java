package io.weir.lua;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a value holds, by walking the tables and strings that it reaches: what a script
 * keeps between its runs. What only closures hold is not seen. Stops at a bound, so that a worker
 * is never held up.
 */
final class MemoryEstimate {
  private static final int MOST_TABLES = 20_000;
  private static final int MOST_ENTRIES = 200_000;
  private static final int STRING_OVERHEAD = 40;
  private static final int TABLE_OVERHEAD = 64;
  private static final int ENTRY_BYTES = 24;

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<LuaTable> open = new ArrayDeque<>();
  private long bytes;
  private int entries;

  long of(Object value) {
    add(value);
    for (LuaTable table = open.poll(); table != null; table = open.poll()) {
      if (table.metatable() != null) {
        add(table.metatable());
      }
      for (int at = table.position(0);
          at >= 0 && ++entries < MOST_ENTRIES;
          at = table.position(at + 1)) {
        bytes += ENTRY_BYTES;
        add(table.keyAt(at));
        add(table.valueAt(at));
      }
    }
    return bytes;
  }

  private void add(@Nullable Object value) {
    switch (value) {
      case LuaString text when seen.add(text) -> bytes += STRING_OVERHEAD + text.length();
      case LuaTable table when seen.size() < MOST_TABLES && seen.add(table) -> {
        bytes += TABLE_OVERHEAD;
        open.add(table);
      }
      case null, default -> {}
    }
  }
}
