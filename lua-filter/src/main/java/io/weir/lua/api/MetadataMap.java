package io.weir.lua.api;

import io.weir.filter.Value;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code handle:metadata()}, {@code handle:filterContext()} and metadata of routes. */
final class MetadataMap extends ApiObject {
  private final Value.MapValue map;
  private boolean iterating;

  MetadataMap(LuaTable metatable, HandleHost host, Value.MapValue map) {
    super(metatable, host);
    this.map = map;
  }

  static ApiType<MetadataMap> type(LuaState state) {
    return new ApiType<>(state, MetadataMap.class)
        .text("get", MetadataMap::get)
        .getter("__pairs", MetadataMap::pairs);
  }

  private @Nullable Object get(LuaString key) {
    Value value = map.get(key.cutAtNul().text());
    return value == null ? Values.NONE : LuaValues.toLua(value);
  }

  private Object pairs() {
    if (iterating) {
      throw host().state().error("cannot create a second iterator before completing the first");
    }
    iterating = true;
    Iterator<Map.Entry<String, Value>> entries = map.fields().entrySet().iterator();
    var next =
        new Builtin(host().state(), "metadata_iterator", 0) {
          @Override
          public @Nullable Object invoke(@Nullable Object[] arguments) {
            if (!alive()) {
              throw state().error("object used outside of proper scope");
            }
            if (!entries.hasNext()) {
              iterating = false;
              return null;
            }
            Map.Entry<String, Value> entry = entries.next();
            return new @Nullable Object[] {
              LuaString.of(entry.getKey()), LuaValues.toLua(entry.getValue())
            };
          }
        };
    return new @Nullable Object[] {next, this, null};
  }
}
