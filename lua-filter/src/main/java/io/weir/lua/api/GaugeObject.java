package io.weir.lua.api;

import io.weir.filter.Gauge;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code stats:gauge(name)}; exists for the administrator from its first use on. */
final class GaugeObject extends StatObject {
  private final Supplier<Gauge> maker;
  private @Nullable Gauge made;

  GaugeObject(LuaTable metatable, Supplier<Gauge> maker) {
    super(metatable);
    this.maker = maker;
  }

  private Gauge gauge() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }

  static ApiType<GaugeObject> type(LuaState state) {
    return new ApiType<>(state, GaugeObject.class)
        .getter("inc", self -> self.change(1))
        .getter("dec", self -> self.change(-1))
        .method("add", (self, a) -> self.change(count(a, "gauge add amount")))
        .method("sub", (self, a) -> self.change(-count(a, "gauge sub amount")))
        .method("set", GaugeObject::set)
        .getter("value", self -> unsigned(self.gauge().value()));
  }

  /** Below zero a gauge starts again from the top, as Envoy's unsigned ones. */
  private static double unsigned(long value) {
    return value < 0 ? value + 0x1p64 : value;
  }

  private Object change(long by) {
    gauge().add(by);
    return Values.NONE;
  }

  private Object set(Arguments a) {
    gauge().set(count(a, "gauge set value"));
    return Values.NONE;
  }
}
