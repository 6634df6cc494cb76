package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Types;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code require "shared"}: a table with a field for each dictionary that the configuration names.
 * Functions are called with a colon; times are seconds.
 */
public final class SharedModule {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int NUMBER_BYTES = 8;

  private final SharedDictionary dictionary;
  private final LongSupplier nanos;

  private SharedModule(SharedDictionary dictionary, LongSupplier nanos) {
    this.dictionary = dictionary;
    this.nanos = nanos;
  }

  /**
   * @param nanos monotonic time
   */
  public static LuaTable open(
      LuaState state, Map<String, SharedDictionary> dictionaries, LongSupplier nanos) {
    var table = new LuaTable();
    dictionaries.forEach(
        (name, dictionary) ->
            table.set(LuaString.of(name), new SharedModule(dictionary, nanos).table(state)));
    return table;
  }

  private LuaTable table(LuaState state) {
    return new ModuleFunctions(state)
        .add("get", a -> dictionary.get(key(a), nanos.getAsLong()))
        .add("set", this::set)
        .add("add", this::add)
        .add("incr", this::increment)
        .add(
            "delete",
            a -> {
              dictionary.set(key(a), null, 0, 0);
              return ModuleFunctions.nothing();
            })
        .add(
            "flush_all",
            _ -> {
              dictionary.clear();
              return ModuleFunctions.nothing();
            })
        .add("count", _ -> (double) dictionary.size())
        .table();
  }

  /** Keys are bytes, as strings are. */
  private static String key(Arguments a) {
    return a.string(2).latin1();
  }

  private long expires(Arguments a, int number) {
    double seconds = a.number(number, 0);
    return seconds > 0 ? nanos.getAsLong() + (long) (seconds * NANOS_PER_SECOND) : Long.MAX_VALUE;
  }

  private static int bytes(String key, @Nullable Object value) {
    return key.length() + (value instanceof LuaString text ? text.length() : NUMBER_BYTES);
  }

  private static @Nullable Object storable(Arguments a) {
    Object value = a.get(3);
    if (value == null
        || value instanceof LuaString
        || value instanceof Double
        || value instanceof Boolean) {
      return value;
    }
    throw a.wrong(3, "string, number, boolean or nil expected, got " + Types.name(value));
  }

  private Object set(Arguments a) {
    String key = key(a);
    Object value = storable(a);
    return dictionary.set(key, value, bytes(key, value), expires(a, 4));
  }

  private Object add(Arguments a) {
    String key = key(a);
    Object value = storable(a);
    if (value == null) {
      throw a.wrong(3, "a value expected");
    }
    return dictionary.add(key, value, bytes(key, value), expires(a, 4), nanos.getAsLong());
  }

  private @Nullable Object increment(Arguments a) {
    String key = key(a);
    Double initial = a.absent(4) ? null : a.number(4);
    Double value =
        dictionary.increment(
            key, a.number(3), initial, bytes(key, initial), expires(a, 5), nanos.getAsLong());
    return value == null ? ModuleFunctions.failure("not a number") : value;
  }
}
