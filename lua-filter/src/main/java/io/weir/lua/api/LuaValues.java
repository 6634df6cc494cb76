package io.weir.lua.api;

import io.weir.filter.ByteText;
import io.weir.filter.Value;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Metadata values to Lua and back. */
final class LuaValues {
  /** A table nested deeper, or one that contains itself, is refused. */
  private static final int MAX_DEPTH = 64;

  private LuaValues() {}

  static @Nullable Object toLua(Value value) {
    return switch (value) {
      case Value.NullValue _ -> null;
      case Value.BoolValue(boolean bool) -> bool;
      case Value.NumberValue(double number) -> number;
      case Value.StringValue(String text) -> LuaString.own(ByteText.bytes(text));
      case Value.ListValue(List<Value> list) -> {
        var table = new LuaTable(list.size() + 1, 0);
        for (int i = 0; i < list.size(); i++) {
          table.set(i + 1, toLua(list.get(i)));
        }
        yield table;
      }
      case Value.MapValue(Map<String, Value> map) -> {
        var table = new LuaTable(0, map.size());
        map.forEach((key, entry) -> table.set(LuaString.own(ByteText.bytes(key)), toLua(entry)));
        yield table;
      }
    };
  }

  static Value fromLua(Arguments a, @Nullable Object value) {
    return fromLua(a, value, 0);
  }

  private static Value fromLua(Arguments a, @Nullable Object value, int depth) {
    return switch (value) {
      case null -> Value.NULL;
      case Boolean bool -> Value.of((boolean) bool);
      case Double number -> Value.of((double) number);
      case LuaString text -> Value.of(ByteText.of(text.cutAtNul().bytes()));
      case LuaTable table -> {
        if (depth == MAX_DEPTH) {
          throw a.state().error("table in dynamicMetadata is nested too deeply");
        }
        yield table(a, table, depth + 1);
      }
      default ->
          throw a.state().error("unexpected type '" + Types.name(value) + "' in dynamicMetadata");
    };
  }

  /** A table with whole keys from 1 on is a list, one with string keys a map; no mixture. */
  private static Value table(Arguments a, LuaTable table, int depth) {
    boolean list = table.length() > 0 && table.get(1) != null;
    if (list) {
      var values = new TreeMap<Double, Value>();
      for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
        if (!(table.keyAt(at) instanceof Double key) || key < 1 || key != Math.rint(key)) {
          throw badKey(a, 1.0);
        }
        values.put(key, fromLua(a, table.valueAt(at), depth));
      }
      return sparse(values);
    }
    var fields = new LinkedHashMap<String, Value>();
    var numbered = new TreeMap<Double, Value>();
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      Object key = table.keyAt(at);
      Value value = fromLua(a, table.valueAt(at), depth);
      if (key instanceof LuaString name) {
        fields.put(ByteText.of(name.bytes()), value);
      } else if (key instanceof Double number && number >= 1 && number == Math.rint(number)) {
        numbered.put(number, value);
      } else {
        throw badKey(a, key);
      }
    }
    if (!numbered.isEmpty()) {
      if (!fields.isEmpty()) {
        throw badKey(a, 1.0);
      }
      return sparse(numbered);
    }
    return new Value.MapValue(fields);
  }

  private static RuntimeException badKey(Arguments a, Object key) {
    return a.state()
        .error(
            "unexpected type "
                + Types.name(key)
                + " in table key (only string keys are supported)");
  }

  /** A list in which missing indexes are null. */
  private static Value sparse(TreeMap<Double, Value> values) {
    var list = new ArrayList<Value>();
    for (Map.Entry<Double, Value> entry : values.entrySet()) {
      while (list.size() + 1 < entry.getKey() && list.size() < 65_536) {
        list.add(Value.NULL);
      }
      list.add(entry.getValue());
    }
    return Value.list(list);
  }
}
