package io.weir.lua.api;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A class of API objects in one state: the metatable that is its own {@code __index}, and the
 * checks that every method makes of its first argument.
 *
 * @param <T> the class
 */
final class ApiType<T extends Scoped> {
  private static final Logger LOG = LoggerFactory.getLogger("lua");
  private static final LuaString INDEX = LuaString.of("__index");

  /** Without arguments. */
  @FunctionalInterface
  interface Getter<T> {
    @Nullable Object get(T self);
  }

  /** With one string. */
  @FunctionalInterface
  interface TextMethod<T> {
    @Nullable Object call(T self, LuaString argument);
  }

  /** With two strings. */
  @FunctionalInterface
  interface PairMethod<T> {
    @Nullable Object call(T self, LuaString first, LuaString second);
  }

  /** With any arguments; the first is the object itself. */
  @FunctionalInterface
  interface Method<T> {
    @Nullable Object call(T self, Arguments arguments);
  }

  private final LuaState state;
  private final Class<T> type;
  private final LuaTable metatable = new LuaTable();

  ApiType(LuaState state, Class<T> type) {
    this.state = state;
    this.type = type;
    metatable.set(INDEX, metatable);
    log("logTrace", LOG::trace);
    log("logDebug", LOG::debug);
    log("logInfo", LOG::info);
    log("logWarn", LOG::warn);
    log("logErr", LOG::error);
    log("logCritical", LOG::error);
  }

  LuaTable metatable() {
    return metatable;
  }

  private interface LogMethod {
    void log(String format, Object argument);
  }

  private void log(String name, LogMethod method) {
    text(
        name,
        (_, message) -> {
          method.log("script log: {}", message);
          return Values.NONE;
        });
  }

  ApiType<T> getter(String name, Getter<T> getter) {
    return add(name, new GetterFunction(name, getter));
  }

  ApiType<T> text(String name, TextMethod<T> method) {
    return add(name, new TextFunction(name, method));
  }

  ApiType<T> pair(String name, PairMethod<T> method) {
    return add(name, new PairFunction(name, method));
  }

  ApiType<T> method(String name, Method<T> method) {
    return add(name, new MethodFunction(name, method));
  }

  private ApiType<T> add(String name, Builtin function) {
    metatable.set(LuaString.name(name), function);
    return this;
  }

  private T self(Arguments arguments) {
    if (type.isInstance(arguments.get(1))) {
      return alive(type.cast(arguments.get(1)));
    }
    throw arguments.wrongType(1, type.getSimpleName());
  }

  private T alive(T self) {
    if (!self.alive()) {
      throw state.error("object used outside of proper scope");
    }
    return self;
  }

  private final class GetterFunction extends Builtin {
    private final Getter<T> getter;

    GetterFunction(String name, Getter<T> getter) {
      super(state, name, 0);
      this.getter = getter;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      return getter.get(self(new Arguments(state(), this, arguments)));
    }

    @Override
    public @Nullable Object call(@Nullable Object self) {
      return type.isInstance(self) ? getter.get(alive(type.cast(self))) : super.call(self);
    }
  }

  private final class TextFunction extends Builtin {
    private final TextMethod<T> method;

    TextFunction(String name, TextMethod<T> method) {
      super(state, name, 0);
      this.method = method;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      var given = new Arguments(state(), this, arguments);
      T self = self(given);
      return method.call(self, given.string(2));
    }

    @Override
    public @Nullable Object call(@Nullable Object self, @Nullable Object argument) {
      return type.isInstance(self) && argument instanceof LuaString text
          ? method.call(alive(type.cast(self)), text)
          : super.call(self, argument);
    }
  }

  private final class PairFunction extends Builtin {
    private final PairMethod<T> method;

    PairFunction(String name, PairMethod<T> method) {
      super(state, name, 0);
      this.method = method;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      var given = new Arguments(state(), this, arguments);
      T self = self(given);
      return method.call(self, given.string(2), given.string(3));
    }

    @Override
    public @Nullable Object call(
        @Nullable Object self, @Nullable Object first, @Nullable Object second) {
      return type.isInstance(self)
              && first instanceof LuaString one
              && second instanceof LuaString two
          ? method.call(alive(type.cast(self)), one, two)
          : super.call(self, first, second);
    }
  }

  private final class MethodFunction extends Builtin {
    private final Method<T> method;

    MethodFunction(String name, Method<T> method) {
      super(state, name, 0);
      this.method = method;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      var given = new Arguments(state(), this, arguments);
      return method.call(self(given), given);
    }
  }
}
