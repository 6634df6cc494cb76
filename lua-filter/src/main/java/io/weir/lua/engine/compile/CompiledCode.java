package io.weir.lua.engine.compile;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.code.Source;
import io.weir.lua.engine.syntax.FunctionBody;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/** A function that has a class of its own. */
final class CompiledCode extends Prototype {
  /** (CompiledCode, LuaState, LuaTable, Cell[]) to a closure. */
  static final MethodType CONSTRUCTOR =
      MethodType.methodType(
          void.class, CompiledCode.class, LuaState.class, LuaTable.class, Cell[].class);

  private final MethodHandle factory;

  /**
   * @param closures the generated class, with a constructor of the type above
   */
  CompiledCode(Source source, FunctionBody body, List<Site> sites, MethodHandles.Lookup closures)
      throws ReflectiveOperationException {
    super(source, body, sites);
    factory =
        closures
            .findConstructor(closures.lookupClass(), CONSTRUCTOR)
            .bindTo(this)
            .asType(
                MethodType.methodType(
                    LuaClosure.class, LuaState.class, LuaTable.class, Cell[].class));
  }

  /** (LuaState, LuaTable, Cell[]) to a closure of this code. */
  MethodHandle factory() {
    return factory;
  }

  @Override
  public LuaClosure instantiate(LuaState state, LuaTable environment, Cell[] upvalues) {
    try {
      return (LuaClosure) factory.invokeExact(state, environment, upvalues);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
