package io.weir.lua.api;

import io.weir.filter.Histogram;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code stats:histogram(name, unit)}; exists for the administrator from its first value on. */
final class HistogramObject extends StatObject {
  private final Supplier<Histogram> maker;
  private @Nullable Histogram histogram;

  HistogramObject(LuaTable metatable, Supplier<Histogram> maker) {
    super(metatable);
    this.maker = maker;
  }

  static ApiType<HistogramObject> type(LuaState state) {
    return new ApiType<>(state, HistogramObject.class)
        .method("recordValue", HistogramObject::record);
  }

  private Object record(Arguments a) {
    long value = count(a, "histogram value");
    if (histogram == null) {
      histogram = maker.get();
    }
    histogram.record(value);
    return Values.NONE;
  }
}
