package io.weir.lua.engine.code;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import io.weir.lua.engine.syntax.Parser;

/** A loaded piece of source text, ready to be run in any number of states. Immutable. */
public final class Chunk {
  private static final Cell[] NO_UPVALUES = {};

  private final Prototype main;

  private Chunk(Prototype main) {
    this.main = main;
  }

  /**
   * Loads source text.
   *
   * @param name {@code =name}, {@code @file}, or text to be quoted in positions
   */
  public static Chunk load(byte[] text, LuaString name) throws LuaSyntaxException {
    FunctionBody body = Parser.parse(text);
    return new Chunk(FunctionTranslator.translate(new Source(name, text), body));
  }

  /** The chunk as a function of a state. */
  public LuaClosure bind(LuaState state, LuaTable environment) {
    return new InterpretedClosure(main, state, environment, NO_UPVALUES);
  }
}
