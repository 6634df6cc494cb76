package io.weir.lua.api;

import io.weir.filter.ByteText;
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
    Object object = filterState.get(name(a, 2));
    if (!(object instanceof FilterState.Serializable serializable)) {
      return Values.NONE;
    }
    if (!a.absent(3)) {
      return field(serializable.field(name(a, 3)));
    }
    String text = serializable.serializeAsString();
    return text == null ? Values.NONE : LuaString.own(ByteText.bytes(text));
  }

  private static String name(Arguments a, int number) {
    return ByteText.of(a.string(number).cutAtNul().bytes());
  }

  private static @Nullable Object field(@Nullable Object value) {
    return switch (value) {
      case String text -> LuaString.own(ByteText.bytes(text));
      case Number number -> number.doubleValue();
      case Value tree -> LuaValues.toLua(tree);
      case null, default -> Values.NONE;
    };
  }

  private Object set(Arguments a) {
    String name = name(a, 2);
    String factory = name(a, 3);
    String text = name(a, 4);
    if (!FilterStateText.known(factory)) {
      throw a.state().error("'" + factory + "' does not have an object factory");
    }
    FilterStateText object = FilterStateText.make(factory, text);
    if (object == null) {
      throw a.state().error("failed to create an object '" + name + "' from value '" + text + "'");
    }
    filterState.set(name, object, false, FilterState.LifeSpan.FILTER_CHAIN, false);
    return Values.NONE;
  }
}
