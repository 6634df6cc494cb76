package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.Coroutine;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.Values;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The {@code coroutine} library. */
final class CoroutineLibrary {
  private CoroutineLibrary() {}

  static void install(Functions functions) {
    functions.library("coroutine");
    functions
        .add("status", a -> status(coroutine(a, 1)))
        .add("running", CoroutineLibrary::running)
        .add("isyieldable", a -> a.state().current().yieldable())
        .add("create", a -> new Coroutine(a.state(), a.function(1)))
        .add("yield", a -> Coroutine.yield(a.state(), a.values()))
        .add("resume", CoroutineLibrary::resume);
    int number = functions.nextNumber();
    functions.add(
        "wrap", a -> new Wrapped(a.state(), number, new Coroutine(a.state(), a.function(1))));
  }

  private static Coroutine coroutine(Arguments a, int number) {
    if (a.get(number) instanceof Coroutine coroutine) {
      return coroutine;
    }
    throw a.wrong(number, "coroutine expected");
  }

  private static Object status(Coroutine coroutine) {
    return LuaString.of(coroutine.status().name().toLowerCase(Locale.ROOT));
  }

  private static Object running(Arguments a) {
    Coroutine current = a.state().exposeCurrent();
    return new @Nullable Object[] {current, current == a.state().main()};
  }

  private static Object resume(Arguments a) {
    Coroutine coroutine = coroutine(a, 1);
    try {
      return Values.prepend(true, coroutine.resume(Values.from(a.values(), 1)));
    } catch (LuaError error) {
      return new @Nullable Object[] {false, error.value()};
    }
  }

  private static final class Wrapped extends Builtin {
    private final Coroutine coroutine;

    Wrapped(LuaState state, int number, Coroutine coroutine) {
      super(state, "wrap_aux", number);
      this.coroutine = coroutine;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      return coroutine.resume(arguments);
    }
  }
}
