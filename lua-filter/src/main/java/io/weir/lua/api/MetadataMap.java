package io.weir.lua.api;

import io.weir.filter.ByteText;
import io.weir.filter.Value;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
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
    Value value = map.get(ByteText.of(key.cutAtNul().bytes()));
    return value == null ? Values.NONE : LuaValues.toLua(value);
  }

  private Object pairs() {
    if (iterating) {
      throw host().state().error("cannot create a second iterator before completing the first");
    }
    iterating = true;
    return new EntryIterator(
        host().state(), this, map.fields().entrySet().iterator(), () -> iterating = false);
  }
}
