package io.weir.lua.api;

import io.weir.filter.Counter;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;

/** {@code stats:counter(name)}. */
final class CounterObject extends ApiObject {
  private final Counter counter;

  CounterObject(LuaTable metatable, HandleHost host, Counter counter) {
    super(metatable, host);
    this.counter = counter;
  }

  static ApiType<CounterObject> type(LuaState state) {
    return new ApiType<>(state, CounterObject.class)
        .getter("inc", CounterObject::inc)
        .method("add", CounterObject::add)
        .getter("value", self -> (double) self.counter.value());
  }

  private Object inc() {
    counter.inc();
    return Values.NONE;
  }

  private Object add(Arguments a) {
    double amount = a.number(2);
    if (!(amount >= 0)) {
      throw a.state().error("counter add amount must be non-negative");
    }
    counter.add((long) amount);
    return Values.NONE;
  }
}
