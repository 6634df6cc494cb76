package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.load.Chunk;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts modules into {@code package.preload}, so that {@code require} finds them. */
public final class Preload {
  private Preload() {}

  /** A module of the host; its table is made when a script first asks for it. */
  public static void table(LuaState state, String name, Function<LuaState, LuaTable> maker) {
    put(state, name, _ -> maker.apply(state));
  }

  /** A module written in Lua. */
  public static void chunk(LuaState state, String name, Chunk chunk) {
    put(state, name, a -> chunk.bind(state, state.globals()).call(a.get(1)));
  }

  private interface Loader {
    @Nullable Object load(Arguments arguments);
  }

  private static void put(LuaState state, String name, Loader loader) {
    if (state.globals().get(LuaString.of("package")) instanceof LuaTable library
        && library.get(LuaString.of("preload")) instanceof LuaTable preload) {
      preload.set(
          LuaString.of(name),
          new Builtin(state, name, 0) {
            @Override
            public @Nullable Object invoke(@Nullable Object[] arguments) {
              return loader.load(new Arguments(state(), this, arguments));
            }
          });
    }
  }
}
