package io.weir.lua.api;

import io.weir.filter.Counter;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code stats:counter(name)}; exists for the administrator from its first use on. */
final class CounterObject extends StatObject {
  private final Supplier<Counter> maker;
  private @Nullable Counter made;

  CounterObject(LuaTable metatable, Supplier<Counter> maker) {
    super(metatable);
    this.maker = maker;
  }

  private Counter counter() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }

  static ApiType<CounterObject> type(LuaState state) {
    return new ApiType<>(state, CounterObject.class)
        .getter("inc", CounterObject::inc)
        .method("add", CounterObject::add)
        .getter("value", self -> (double) self.counter().value());
  }

  private Object inc() {
    counter().inc();
    return Values.NONE;
  }

  private Object add(Arguments a) {
    counter().add(count(a, "counter add amount"));
    return Values.NONE;
  }
}
