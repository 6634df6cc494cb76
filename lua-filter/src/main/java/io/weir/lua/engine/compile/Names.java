package io.weir.lua.engine.compile;

import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.NumberFunction;
import io.weir.lua.engine.NumberPairFunction;
import io.weir.lua.engine.TailCall;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/** Class names that generated code mentions. */
final class Names {
  static final ClassDesc OBJECT = ConstantDescs.CD_Object;
  static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();
  static final ClassDesc DOUBLE = ConstantDescs.CD_Double;
  static final ClassDesc BOOLEAN = ConstantDescs.CD_Boolean;
  static final ClassDesc D = ConstantDescs.CD_double;
  static final ClassDesc I = ConstantDescs.CD_int;
  static final ClassDesc INTS = ConstantDescs.CD_int.arrayType();
  static final ClassDesc Z = ConstantDescs.CD_boolean;
  static final ClassDesc V = ConstantDescs.CD_void;
  static final ClassDesc STATE = of(LuaState.class);
  static final ClassDesc STACK = of(CallStack.class);
  static final ClassDesc TABLE = of(LuaTable.class);
  static final ClassDesc STRING = of(LuaString.class);
  static final ClassDesc FUNCTION = of(LuaFunction.class);
  static final ClassDesc NUMBER_FUNCTION = of(NumberFunction.class);
  static final ClassDesc NUMBER_PAIR_FUNCTION = of(NumberPairFunction.class);
  static final ClassDesc LUA_CLOSURE = of(LuaClosure.class);
  static final ClassDesc CELL = of(Cell.class);
  static final ClassDesc CELLS = CELL.arrayType();
  static final ClassDesc VALUES = of(Values.class);
  static final ClassDesc TYPES = of(Types.class);
  static final ClassDesc TAIL_CALL = of(TailCall.class);
  static final ClassDesc ARITHMETIC = of(Arithmetic.class);
  static final ClassDesc OPERATIONS = of(Operations.class);
  static final ClassDesc CLOSURE = of(CompiledClosure.class);
  static final ClassDesc CODE = of(CompiledCode.class);
  static final ClassDesc HANDLE = ConstantDescs.CD_MethodHandle;

  private Names() {}

  static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
