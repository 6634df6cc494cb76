package io.weir.lua.api;

import io.weir.filter.Histogram;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;

/** {@code stats:histogram(name, unit)}. */
final class HistogramObject extends ApiObject {
  private final Histogram histogram;

  HistogramObject(LuaTable metatable, HandleHost host, Histogram histogram) {
    super(metatable, host);
    this.histogram = histogram;
  }

  static ApiType<HistogramObject> type(LuaState state) {
    return new ApiType<>(state, HistogramObject.class)
        .method("recordValue", HistogramObject::record);
  }

  private Object record(Arguments a) {
    double value = a.number(2);
    if (!(value >= 0)) {
      throw a.state().error("histogram value must be non-negative");
    }
    histogram.record((long) value);
    return Values.NONE;
  }
}
