package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;

/**
 * {@code json} and {@code cjson}: the interface of lua-cjson. {@code cjson.safe} gives nil and a
 * message where the others raise an error.
 */
final class JsonModule {
  private static final int MAX_PRECISION = 16;

  private JsonModule() {}

  static LuaTable open(LuaState state) {
    return open(state, false);
  }

  static LuaTable openSafe(LuaState state) {
    return open(state, true);
  }

  private static LuaTable open(LuaState state, boolean safe) {
    var arrays = new LuaTable();
    var settings = new JsonSettings(arrays);
    var emptyArray = new LuaTable();
    emptyArray.setMetatable(arrays);
    return new ModuleFunctions(state)
        .add("encode", a -> guarded(safe, () -> new JsonEncoder(state, settings).encode(a.any(1))))
        .add(
            "decode",
            a -> guarded(safe, () -> new JsonDecoder(state, settings).decode(a.string(1))))
        .add("new", _ -> open(state, safe))
        .add("encode_number_precision", a -> precision(a, settings))
        .add(
            "encode_empty_table_as_object",
            a -> {
              settings.emptyTableIsObject = a.count() == 0 || a.truthy(1);
              return settings.emptyTableIsObject;
            })
        .add(
            "decode_array_with_array_mt",
            a -> {
              settings.markArrays = a.truthy(1);
              return settings.markArrays;
            })
        .value("null", settings.nullValue)
        .value("array_mt", arrays)
        .value("empty_array_mt", arrays)
        .value("empty_array", emptyArray)
        .value("_NAME", LuaString.of("cjson"))
        .table();
  }

  private interface Work {
    Object run();
  }

  private static Object guarded(boolean safe, Work work) {
    if (!safe) {
      return work.run();
    }
    try {
      return work.run();
    } catch (LuaError error) {
      return ModuleFunctions.failure(Texts.plain(error.value()).text());
    }
  }

  private static Object precision(Arguments a, JsonSettings settings) {
    if (!a.absent(1)) {
      int precision = a.integer(1);
      if (precision < 1 || precision > MAX_PRECISION) {
        throw a.wrong(1, "expected integer between 1 and 16");
      }
      settings.precision = precision;
    }
    return (double) settings.precision;
  }
}
