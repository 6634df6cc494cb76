package io.weir.lua.api;

import io.weir.filter.ByteText;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.List;
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
    Value.MapValue map = metadata.get(text(namespace));
    return map == null ? Values.NONE : LuaValues.toLua(map);
  }

  private static String text(LuaString name) {
    return ByteText.of(name.cutAtNul().bytes());
  }

  private Object set(Arguments a) {
    if (iterating) {
      throw a.state().error("dynamic metadata map cannot be modified while iterating");
    }
    String namespace = text(a.string(2));
    String key = text(a.string(3));
    Value value = LuaValues.fromLua(a, a.get(4));
    metadata.set(namespace, key, value);
    return Values.NONE;
  }

  private Object pairs() {
    if (iterating) {
      throw host().state().error("cannot create a second iterator before completing the first");
    }
    iterating = true;
    return new EntryIterator(
        host().state(),
        this,
        List.copyOf(metadata.namespaces().entrySet()).iterator(),
        () -> iterating = false);
  }
}
