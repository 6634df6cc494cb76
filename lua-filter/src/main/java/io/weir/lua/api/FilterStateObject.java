package io.weir.lua.api;

import io.weir.filter.FilterState;
import io.weir.filter.FilterStateText;
import io.weir.filter.Value;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** {@code streamInfo:filterState()}. */
final class FilterStateObject extends ApiObject {
  private final FilterState filterState;

  FilterStateObject(LuaTable metatable, HandleHost host, FilterState filterState) {
    super(metatable, host);
    this.filterState = filterState;
  }

  static ApiType<FilterStateObject> type(LuaState state) {
    return new ApiType<>(state, FilterStateObject.class)
        .method("get", FilterStateObject::get)
        .method("set", FilterStateObject::set);
  }

  private @Nullable Object get(Arguments a) {
    Object object = filterState.get(a.string(2).text());
    if (!(object instanceof FilterState.Serializable serializable)) {
      return Values.NONE;
    }
    if (!a.absent(3)) {
      return field(serializable.field(a.string(3).text()));
    }
    String text = serializable.serializeAsString();
    return text == null ? Values.NONE : LuaString.of(text);
  }

  private static @Nullable Object field(@Nullable Object value) {
    return switch (value) {
      case String text -> LuaString.of(text);
      case Number number -> number.doubleValue();
      case Value tree -> LuaValues.toLua(tree);
      case null, default -> Values.NONE;
    };
  }

  private Object set(Arguments a) {
    String name = a.string(2).text();
    String factory = a.string(3).text();
    LuaString text = a.string(4);
    if (!FilterStateText.known(factory)) {
      throw a.state().error("'" + factory + "' does not have an object factory");
    }
    FilterStateText object = FilterStateText.make(factory, text.text());
    if (object == null) {
      throw a.state()
          .error("failed to create an object '" + name + "' from value '" + text.text() + "'");
    }
    filterState.set(name, object, false, FilterState.LifeSpan.FILTER_CHAIN, false);
    return Values.NONE;
  }
}
