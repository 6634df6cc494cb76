package io.weir.lua.engine.compile;

import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.ArithmeticOp;
import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Calls;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.Comparison;
import io.weir.lua.engine.Indexing;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Values;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What generated code calls for all that is not worth spelling out in bytecode. Methods that can
 * fail take the function's place on the call stack and the site that they stand for.
 */
public final class Operations {
  private static final ArithmeticOp[] OPERATORS = ArithmeticOp.values();

  /** In the place of a value's reference: the value is the double beside it. */
  public static final Object UNBOXED = new Object();

  private Operations() {}

  // ---- numbers

  public static @Nullable Object box(double number, @Nullable Object rest) {
    return rest == UNBOXED ? (Object) number : rest;
  }

  public static double number(@Nullable Object value) {
    return value instanceof Double number ? number : 0;
  }

  public static @Nullable Object rest(@Nullable Object value) {
    return value instanceof Double ? UNBOXED : value;
  }

  // ---- variables

  public static @Nullable Object global(
      LuaFunction function,
      LuaString name,
      int[] guesses,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    LuaTable globals = function.environment();
    Object value = globals.guess(name, guesses[site] & Guesses.ENTRY);
    return value != null ? value : otherGlobal(globals, name, guesses, state, stack, place, site);
  }

  private static @Nullable Object otherGlobal(
      LuaTable globals,
      LuaString name,
      int[] guesses,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    Guesses.learn(globals, name, guesses, site);
    Object value = globals.get(name);
    if (value != null || globals.metatable() == null) {
      return value;
    }
    stack.at(place, site);
    return Indexing.get(state, globals, name);
  }

  public static void setGlobal(
      @Nullable Object value,
      LuaFunction function,
      LuaString name,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    LuaTable globals = function.environment();
    if (globals.metatable() == null) {
      globals.set(name, value);
    } else {
      stack.at(place, site);
      Indexing.set(state, globals, name, value);
    }
  }

  public static @Nullable Object argument(@Nullable Object[] arguments, int index) {
    return index < arguments.length ? arguments[index] : null;
  }

  public static @Nullable Object[] rest(@Nullable Object[] arguments, int count) {
    return arguments.length <= count
        ? Values.NONE
        : count == 0 ? arguments : Arrays.copyOfRange(arguments, count, arguments.length);
  }

  // ---- indexing

  public static @Nullable Object field(
      @Nullable Object object,
      LuaString name,
      int[] guesses,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table) {
      Object value = table.guess(name, guesses[site] & Guesses.ENTRY);
      if (value != null) {
        return value;
      }
    }
    return otherField(object, name, guesses, state, stack, place, site);
  }

  private static @Nullable Object otherField(
      @Nullable Object object,
      LuaString name,
      int[] guesses,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table) {
      Guesses.learn(table, name, guesses, site);
      Object value = table.get(name);
      if (value != null || table.metatable() == null) {
        return value;
      }
    }
    stack.at(place, site);
    return Indexing.get(state, object, name);
  }

  public static @Nullable Object index(
      @Nullable Object object,
      @Nullable Object key,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table) {
      Object value = key instanceof Double number ? table.get((double) number) : table.get(key);
      if (value != null || table.metatable() == null) {
        return value;
      }
    }
    stack.at(place, site);
    return Indexing.get(state, object, key);
  }

  public static @Nullable Object item(
      @Nullable Object object, double key, LuaState state, CallStack stack, int place, int site) {
    if (object instanceof LuaTable table) {
      Object value = table.item(key);
      if (value != null) {
        return value;
      }
    }
    return otherItem(object, key, state, stack, place, site);
  }

  private static @Nullable Object otherItem(
      @Nullable Object object, double key, LuaState state, CallStack stack, int place, int site) {
    stack.at(place, site);
    return Indexing.get(state, object, key);
  }

  public static @Nullable Object index(
      @Nullable Object object,
      double key,
      @Nullable Object rest,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    return rest == UNBOXED
        ? item(object, key, state, stack, place, site)
        : index(object, rest, state, stack, place, site);
  }

  public static void setField(
      @Nullable Object object,
      LuaString name,
      @Nullable Object value,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table && table.metatable() == null) {
      table.set(name, value);
      return;
    }
    stack.at(place, site);
    Indexing.set(state, object, name, value);
  }

  public static void setIndex(
      @Nullable Object object,
      @Nullable Object key,
      @Nullable Object value,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table && table.metatable() == null) {
      if (key instanceof Double number && number == (double) number) {
        table.set((double) number, value);
        return;
      }
      if (key instanceof LuaString name) {
        table.set(name, value);
        return;
      }
    }
    stack.at(place, site);
    Indexing.set(state, object, key, value);
  }

  public static void setIndex(
      @Nullable Object object,
      double key,
      @Nullable Object rest,
      @Nullable Object value,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (rest == UNBOXED) {
      setItem(object, key, value, state, stack, place, site);
    } else {
      setIndex(object, rest, value, state, stack, place, site);
    }
  }

  public static void setItem(
      @Nullable Object object,
      double key,
      @Nullable Object value,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (object instanceof LuaTable table && table.metatable() == null && !Double.isNaN(key)) {
      table.set(key, value);
      return;
    }
    stack.at(place, site);
    Indexing.set(state, object, key, value);
  }

  public static void setComputed(
      LuaTable table,
      @Nullable Object key,
      @Nullable Object value,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (key == null || key instanceof Double number && number.isNaN()) {
      stack.at(place, site);
      throw state.error(key == null ? "table index is nil" : "table index is NaN");
    }
    table.set(key, value);
  }

  // ---- operators

  public static @Nullable Object arithmetic(
      @Nullable Object a,
      @Nullable Object b,
      int operator,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Arithmetic.apply(state, OPERATORS[operator], a, b);
  }

  public static @Nullable Object negate(
      @Nullable Object a, LuaState state, CallStack stack, int place, int site) {
    stack.at(place, site);
    return Arithmetic.negate(state, a);
  }

  public static @Nullable Object length(
      @Nullable Object a, LuaState state, CallStack stack, int place, int site) {
    if (a instanceof LuaString text) {
      return (double) text.length();
    }
    if (a instanceof LuaTable table && table.metatable() == null) {
      return (double) table.length();
    }
    stack.at(place, site);
    return Arithmetic.length(state, a);
  }

  public static @Nullable Object concat(
      @Nullable Object a,
      @Nullable Object b,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Texts.concat(state, a, b);
  }

  public static @Nullable Object concat(
      @Nullable Object[] values, LuaState state, CallStack stack, int place, int site) {
    stack.at(place, site);
    return Texts.concat(state, values);
  }

  public static boolean equal(
      @Nullable Object a,
      @Nullable Object b,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    if (a == b && !(a instanceof Double)) {
      return true;
    }
    if (a instanceof Double x && b instanceof Double y) {
      return (double) x == (double) y;
    }
    stack.at(place, site);
    return Comparison.equal(state, a, b);
  }

  public static boolean less(
      @Nullable Object a,
      @Nullable Object b,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Comparison.less(state, a, b);
  }

  public static boolean lessEqual(
      @Nullable Object a,
      @Nullable Object b,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Comparison.lessEqual(state, a, b);
  }

  // ---- calls

  /** A call that was expected to be one of a numeric function. */
  public static @Nullable Object call(
      @Nullable Object function,
      @Nullable Object a,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Values.first(
        function instanceof LuaFunction f ? f.call(a) : Calls.call(state, function, a));
  }

  public static @Nullable Object call(
      @Nullable Object function,
      @Nullable Object a,
      @Nullable Object b,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Values.first(
        function instanceof LuaFunction f ? f.call(a, b) : Calls.call(state, function, a, b));
  }

  public static @Nullable Object call(
      @Nullable Object function,
      @Nullable Object a,
      @Nullable Object b,
      @Nullable Object c,
      LuaState state,
      CallStack stack,
      int place,
      int site) {
    stack.at(place, site);
    return Values.first(
        function instanceof LuaFunction f ? f.call(a, b, c) : Calls.call(state, function, a, b, c));
  }

  /** Stands for a value in the place of a function; what is wrong with it shows at the call. */
  private static final class Callable extends LuaFunction {
    private final LuaState state;
    private final @Nullable Object value;

    Callable(LuaState state, @Nullable Object value) {
      super(state.globals());
      this.state = state;
      this.value = value;
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      return Calls.invoke(state, value, arguments);
    }
  }

  public static Object callable(@Nullable Object value, LuaState state) {
    return new Callable(state, value);
  }

  /** Leaves the frame before a built-in runs in its place; what is no function fails inside it. */
  public static void leave(LuaFunction function, CallStack stack, int place) {
    if (!(function instanceof Callable)) {
      stack.leave(place);
    }
  }

  public static Object tail(LuaFunction function, @Nullable Object[] arguments, LuaState state) {
    return state.tailCall().set((LuaClosure) function, arguments);
  }

  // ---- loops

  private static final String[] LOOP_PARTS = {"initial value", "limit", "step"};

  public static double loopNumber(
      @Nullable Object value, int part, LuaState state, CallStack stack, int place, int site) {
    if (value instanceof Double number) {
      return number;
    }
    Double number = Arithmetic.toNumber(value);
    if (number == null) {
      stack.at(place, site);
      throw state.error("'for' " + LOOP_PARTS[part] + " must be a number");
    }
    return number;
  }

  public static boolean loopGoesOn(double index, double limit, double step) {
    return step >= 0 ? index <= limit : index >= limit;
  }

  /** How a generic loop proceeds: 0 by calls, 1 over a table's entries, 2 over its items. */
  public static int loopKind(
      @Nullable Object iterator, @Nullable Object subject, @Nullable Object control) {
    if (subject instanceof LuaTable) {
      if (iterator instanceof io.weir.lua.engine.NextFunction && control == null) {
        return 1;
      }
      if (iterator instanceof io.weir.lua.engine.IpairsStep
          && control instanceof Double from
          && from == 0) {
        return 2;
      }
    }
    return 0;
  }

  public static Cell cell(@Nullable Object value) {
    return new Cell(value);
  }
}
