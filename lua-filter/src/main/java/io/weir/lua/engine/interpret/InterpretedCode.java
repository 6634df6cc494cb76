package io.weir.lua.engine.interpret;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.code.Source;
import io.weir.lua.engine.syntax.FunctionBody;
import java.util.List;

/** A function for the interpreter. */
final class InterpretedCode extends Prototype {
  private final Exec code;
  private final int parameters;
  private final boolean vararg;
  private final boolean cellParameters;
  private final int slots;

  InterpretedCode(Source source, FunctionBody body, List<Site> sites, Exec code) {
    super(source, body, sites);
    this.code = code;
    this.parameters = body.parameters().size();
    this.vararg = body.vararg();
    this.cellParameters = cellParameters(body);
    this.slots = body.slots();
  }

  @Override
  public LuaClosure instantiate(LuaState state, LuaTable environment, Cell[] upvalues) {
    return new InterpretedClosure(this, state, environment, upvalues);
  }

  Exec body() {
    return code;
  }

  int slots() {
    return slots;
  }

  @Override
  public int parameterCount() {
    return parameters;
  }

  @Override
  public boolean vararg() {
    return vararg;
  }

  boolean hasCellParameters() {
    return cellParameters;
  }
}
