package io.weir.lua.api;

import io.weir.filter.http.HeaderMap;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Header maps to Lua tables and back. Tables are read without metamethods. */
final class HeaderTable {
  private HeaderTable() {}

  /**
   * @param single names that stand once
   * @param response whether line breaks are refused here, not by the codec
   */
  static HeaderMap fromLua(Arguments a, LuaTable table, Set<LuaString> single, boolean response) {
    var map = new HeaderMap();
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      if (!(table.keyAt(at) instanceof LuaString key)) {
        throw a.state().error("invalid key to 'next'");
      }
      LuaString name = HeaderNames.lower(key.cutAtNul());
      if (table.valueAt(at) instanceof LuaTable list) {
        for (int i = list.position(0); i >= 0; i = list.position(i + 1)) {
          add(a, map, single, name, list.valueAt(i), response);
        }
      } else {
        add(a, map, single, name, table.valueAt(at), response);
      }
    }
    return map;
  }

  private static void add(
      Arguments a,
      HeaderMap map,
      Set<LuaString> single,
      LuaString name,
      @Nullable Object value,
      boolean response) {
    LuaString text = Texts.coerce(value);
    if (text == null) {
      throw a.wrong(4, "string expected, got " + Types.name(value));
    }
    LuaString cut = text.cutAtNul();
    if (response && (HeaderNames.broken(name) || HeaderNames.broken(cut))) {
      throw a.state().error("header '" + name.text().strip() + "' has a line break");
    }
    HeaderEdits.add(map, single, name, cut);
  }

  static LuaTable toLua(HeaderMap map, boolean duplicates) {
    var table = new LuaTable(0, map.size());
    for (int e = map.first(); e >= 0; e = map.next(e)) {
      LuaString name = HeaderEdits.name(map, e);
      LuaString value = HeaderEdits.value(map, e);
      if (!duplicates) {
        table.set(name, value);
        continue;
      }
      switch (table.get(name)) {
        case LuaTable list -> list.set(list.length() + 1, value);
        case LuaString first -> {
          var list = new LuaTable();
          list.set(1, first);
          list.set(2, value);
          table.set(name, list);
        }
        case null, default -> table.set(name, value);
      }
    }
    return table;
  }
}
