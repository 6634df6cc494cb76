package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call to a built-in function, numbered from 1, with the checks and error
 * texts of LuaJIT. An absent argument differs from nil in messages only.
 */
public final class Arguments {
  private final LuaState state;
  private final Builtin function;
  private final @Nullable Object[] values;

  public Arguments(LuaState state, Builtin function, @Nullable Object[] values) {
    this.state = state;
    this.function = function;
    this.values = values;
  }

  /**
   * Puts the called function onto the call stack, for a stretch in which it calls back: errors then
   * get no position of its caller, and levels count it. Ended by {@link CallStack#leave}.
   */
  public int enter() {
    return state.stack().enter(function);
  }

  /** The same function called with other arguments. */
  public Arguments with(@Nullable Object[] others) {
    return new Arguments(state, function, others);
  }

  public LuaState state() {
    return state;
  }

  public int count() {
    return values.length;
  }

  /** All of them; not to be changed. */
  public @Nullable Object[] values() {
    return values;
  }

  public @Nullable Object get(int number) {
    return number <= values.length ? values[number - 1] : null;
  }

  /** An argument that must be there, nil included. */
  public @Nullable Object any(int number) {
    if (number > values.length) {
      throw state.argumentError(number, "value expected");
    }
    return values[number - 1];
  }

  public boolean absent(int number) {
    return number > values.length || values[number - 1] == null;
  }

  public LuaError wrong(int number, String reason) {
    return state.argumentError(number, reason);
  }

  /** {@code string expected, got nil}. */
  public LuaError wrongType(int number, String expected) {
    String got = number > values.length ? "no value" : Types.name(values[number - 1]);
    return state.argumentError(number, expected + " expected, got " + got);
  }

  public LuaString string(int number) {
    Object value = get(number);
    if (value instanceof LuaString text) {
      return text;
    }
    LuaString text = Texts.coerce(value);
    if (text == null) {
      throw wrongType(number, "string");
    }
    return text;
  }

  public LuaString string(int number, LuaString otherwise) {
    return absent(number) ? otherwise : string(number);
  }

  public double number(int number) {
    Object value = get(number);
    if (value instanceof Double n) {
      return n;
    }
    Double n = Arithmetic.toNumber(value);
    if (n == null) {
      if (value instanceof LuaInt64 integer && integer.kind() != LuaInt64.Kind.COMPLEX) {
        return integer.value();
      }
      throw wrongType(number, "number");
    }
    return n;
  }

  public double number(int number, double otherwise) {
    return absent(number) ? otherwise : number(number);
  }

  /** A number cut to 64 bits and of those the low 32, as C does: what does not fit is no error. */
  public int lowInteger(int number) {
    double value = number(number);
    return value >= -0x1p63 && value < 0x1p63 ? (int) (long) value : 0;
  }

  /** A number cut to 32 bits as C does: fractions dropped; out of range gives the least int. */
  public int integer(int number) {
    return toInt(number(number));
  }

  public int integer(int number, int otherwise) {
    return absent(number) ? otherwise : integer(number);
  }

  static int toInt(double value) {
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE
        ? (int) value
        : Integer.MIN_VALUE;
  }

  public LuaTable table(int number) {
    if (get(number) instanceof LuaTable table) {
      return table;
    }
    throw wrongType(number, "table");
  }

  public LuaFunction function(int number) {
    if (get(number) instanceof LuaFunction function) {
      return function;
    }
    throw wrongType(number, "function");
  }

  public boolean truthy(int number) {
    return Types.truthy(get(number));
  }
}
