package io.weir.lua.engine.load;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.code.Source;
import io.weir.lua.engine.compile.FunctionCompiler;
import io.weir.lua.engine.interpret.FunctionTranslator;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import io.weir.lua.engine.syntax.Parser;
import java.util.IdentityHashMap;
import java.util.Map;

/** A loaded piece of source text, ready to be run in any number of states. Immutable. */
public final class Chunk {
  private static final Cell[] NO_UPVALUES = {};

  /** How functions are carried out. */
  public enum Mode {
    /** Not worth compiling: text that a script loads while it runs. */
    INTERPRETED,
    /** The functions of the chunk get classes; its top level, which runs once, does not. */
    COMPILED,
    /** The top level gets a class too. */
    WHOLE
  }

  private final Prototype main;

  private Chunk(Prototype main) {
    this.main = main;
  }

  /**
   * Loads source text.
   *
   * @param name {@code =name}, {@code @file}, or text to be quoted in positions
   */
  public static Chunk load(byte[] text, LuaString name, Mode mode) throws LuaSyntaxException {
    FunctionBody body = Parser.parse(text);
    var source = new Source(name, text);
    return new Chunk(
        switch (mode) {
          case INTERPRETED -> interpret(source, body);
          case COMPILED -> new Compiling(source).interpret(body);
          case WHOLE -> new Compiling(source).translate(body);
        });
  }

  private static Prototype interpret(Source source, FunctionBody body) {
    return FunctionTranslator.translate(source, body, inner -> interpret(source, inner));
  }

  /** Compiles what can be compiled; a function met twice is translated once. */
  private static final class Compiling {
    private final Source source;
    private final Map<FunctionBody, Prototype> known = new IdentityHashMap<>();

    Compiling(Source source) {
      this.source = source;
    }

    Prototype interpret(FunctionBody body) {
      return FunctionTranslator.translate(source, body, this::translate);
    }

    private Prototype translate(FunctionBody body) {
      Prototype prototype = known.get(body);
      if (prototype == null) {
        prototype = FunctionCompiler.compile(source, body, this::translate);
        if (prototype == null) {
          prototype = interpret(body);
        }
        known.put(body, prototype);
      }
      return prototype;
    }
  }

  /** The chunk as a function of a state. */
  public LuaClosure bind(LuaState state, LuaTable environment) {
    return main.instantiate(state, environment, NO_UPVALUES);
  }
}
