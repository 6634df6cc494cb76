package io.weir.lua.api;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code streamInfo:dynamicMetadata()}. */
final class DynamicMetadataMap extends ApiObject {
  private final DynamicMetadata metadata;
  private boolean iterating;

  DynamicMetadataMap(LuaTable metatable, HandleHost host, DynamicMetadata metadata) {
    super(metatable, host);
    this.metadata = metadata;
  }

  /**
   * @param writable false for a connection's
   */
  static ApiType<DynamicMetadataMap> type(LuaState state, boolean writable) {
    ApiType<DynamicMetadataMap> type =
        new ApiType<>(state, DynamicMetadataMap.class)
            .text("get", DynamicMetadataMap::get)
            .getter("__pairs", DynamicMetadataMap::pairs);
    return writable ? type.method("set", DynamicMetadataMap::set) : type;
  }

  private @Nullable Object get(LuaString namespace) {
    Value.MapValue map = metadata.get(namespace.cutAtNul().text());
    return map == null ? Values.NONE : LuaValues.toLua(map);
  }

  private Object set(Arguments a) {
    if (iterating) {
      throw a.state().error("dynamic metadata map cannot be modified while iterating");
    }
    String namespace = a.string(2).cutAtNul().text();
    String key = a.string(3).cutAtNul().text();
    Value value = LuaValues.fromLua(a, a.get(4));
    metadata.set(namespace, key, value);
    return Values.NONE;
  }

  private Object pairs() {
    if (iterating) {
      throw host().state().error("cannot create a second iterator before completing the first");
    }
    iterating = true;
    Iterator<Map.Entry<String, Value.MapValue>> entries =
        List.copyOf(metadata.namespaces().entrySet()).iterator();
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
            Map.Entry<String, Value.MapValue> entry = entries.next();
            return new @Nullable Object[] {
              LuaString.of(entry.getKey()), LuaValues.toLua(entry.getValue())
            };
          }
        };
    return new @Nullable Object[] {next, this, null};
  }
}
