package io.weir.lua.api;

import io.weir.filter.Gauge;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;

/** {@code stats:gauge(name)}. */
final class GaugeObject extends ApiObject {
  private final Gauge gauge;

  GaugeObject(LuaTable metatable, HandleHost host, Gauge gauge) {
    super(metatable, host);
    this.gauge = gauge;
  }

  static ApiType<GaugeObject> type(LuaState state) {
    return new ApiType<>(state, GaugeObject.class)
        .getter("inc", self -> self.change(1))
        .getter("dec", self -> self.change(-1))
        .method("add", (self, a) -> self.change(amount(a, "add")))
        .method("sub", (self, a) -> self.change(-amount(a, "sub")))
        .method("set", GaugeObject::set)
        .getter("value", self -> (double) self.gauge.value());
  }

  private static long amount(Arguments a, String what) {
    double amount = a.number(2);
    if (!(amount >= 0)) {
      throw a.state().error("gauge " + what + " amount must be non-negative");
    }
    return (long) amount;
  }

  private Object change(long by) {
    gauge.add(by);
    return Values.NONE;
  }

  private Object set(Arguments a) {
    double value = a.number(2);
    if (!(value >= 0)) {
      throw a.state().error("gauge set value must be non-negative");
    }
    gauge.set((long) value);
    return Values.NONE;
  }
}
