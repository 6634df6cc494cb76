package io.weir.lua.api;

import io.weir.filter.Metadata;
import io.weir.filter.Value;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** {@code handle:route()} and {@code handle:virtualHost()}: something with metadata. */
final class MetadataHolder extends ApiObject {
  private final Metadata metadata;
  private @Nullable MetadataMap map;

  MetadataHolder(LuaTable metatable, HandleHost host, Metadata metadata) {
    super(metatable, host);
    this.metadata = metadata;
  }

  static ApiType<MetadataHolder> type(LuaState state) {
    return new ApiType<>(state, MetadataHolder.class).getter("metadata", MetadataHolder::metadata);
  }

  private Object metadata() {
    if (map == null) {
      Value.MapValue fields = metadata.namespace(host().filterName());
      map =
          new MetadataMap(
              host().objects().metadata.metatable(),
              host(),
              fields == null ? Value.MapValue.EMPTY : fields);
    }
    return map;
  }
}
