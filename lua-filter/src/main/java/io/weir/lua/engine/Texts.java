package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/** Values as text, and concatenation. */
public final class Texts {
  private static final LuaString NIL = LuaString.of("nil");
  private static final LuaString TRUE = LuaString.of("true");
  private static final LuaString FALSE = LuaString.of("false");
  private static final LuaString[] SMALL = small();

  private Texts() {}

  private static LuaString[] small() {
    var texts = new LuaString[1024];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = LuaString.of(Integer.toString(i));
    }
    return texts;
  }

  public static LuaString of(double number) {
    int whole = (int) number;
    if (whole == number && whole > 0 && whole < SMALL.length) {
      return SMALL[whole];
    }
    return LuaString.latin1(NumberText.of(number));
  }

  /** A string, or a number as its text; null for other values. */
  public static @Nullable LuaString coerce(@Nullable Object value) {
    return switch (value) {
      case LuaString text -> text;
      case Double number -> of((double) number);
      case null, default -> null;
    };
  }

  /** What {@code tostring} returns; {@code __tostring} may return anything. */
  public static @Nullable Object toStringValue(LuaState state, @Nullable Object value) {
    if (value instanceof LuaString) {
      return value;
    }
    Object handler = state.metamethod(value, Metamethod.TOSTRING);
    if (handler != null) {
      return Values.first(Calls.call(state, handler, value));
    }
    return plain(value);
  }

  /** As {@code tostring}, but always a string. */
  public static LuaString toString(LuaState state, @Nullable Object value) {
    LuaString text = coerce(toStringValue(state, value));
    if (text == null) {
      throw state.error("'tostring' must return a string to 'print'");
    }
    return text;
  }

  /** The text of a value without metamethods. */
  public static LuaString plain(@Nullable Object value) {
    return switch (value) {
      case null -> NIL;
      case LuaString text -> text;
      case Double number -> of((double) number);
      case Boolean bool -> bool ? TRUE : FALSE;
      case LuaFunction function -> LuaString.of(function.describe());
      case LuaInt64 integer -> LuaString.of(integer.toString());
      default -> LuaString.of(Types.name(value) + ": " + Addresses.of(value));
    };
  }

  public static @Nullable Object concat(LuaState state, @Nullable Object a, @Nullable Object b) {
    if (a instanceof LuaString x && b instanceof LuaString y) {
      state.checkLength((long) x.length() + y.length());
      return x.concat(y);
    }
    return concat(state, new @Nullable Object[] {a, b});
  }

  /**
   * Concatenates two or more values, from the right.
   *
   * @param values overwritten
   */
  public static @Nullable Object concat(LuaState state, @Nullable Object[] values) {
    int top = values.length;
    while (top > 1) {
      Object a = values[top - 2];
      Object b = values[top - 1];
      if ((a instanceof LuaString || a instanceof Double)
          && (b instanceof LuaString || b instanceof Double)) {
        int from = top - 2;
        while (from > 0
            && (values[from - 1] instanceof LuaString || values[from - 1] instanceof Double)) {
          from--;
        }
        values[from] = join(state, values, from, top);
        top = from + 1;
      } else {
        values[top - 2] = withHandler(state, a, b, top - 2);
        top--;
      }
    }
    return values[0];
  }

  private static @Nullable Object withHandler(
      LuaState state, @Nullable Object a, @Nullable Object b, int left) {
    if (a instanceof LuaInt64 || b instanceof LuaInt64) {
      throw state.error(
          "attempt to concatenate " + Arithmetic.ctype(a) + " and " + Arithmetic.ctype(b));
    }
    Object handler = state.metamethod(a, Metamethod.CONCAT);
    if (handler == null) {
      handler = state.metamethod(b, Metamethod.CONCAT);
    }
    if (handler == null) {
      boolean right = a instanceof LuaString || a instanceof Double;
      throw state.typeError("concatenate", right ? b : a, right ? left + 1 : left);
    }
    return Values.first(Calls.call(state, handler, a, b));
  }

  private static LuaString join(LuaState state, @Nullable Object[] values, int from, int to) {
    long length = 0;
    for (int i = from; i < to; i++) {
      LuaString text =
          values[i] instanceof LuaString string ? string : of((double) requireNumber(values[i]));
      values[i] = text;
      length += text.length();
    }
    state.checkLength(length);
    byte[] bytes = new byte[(int) length];
    int at = 0;
    for (int i = from; i < to; i++) {
      if (values[i] instanceof LuaString text) {
        System.arraycopy(text.bytes(), 0, bytes, at, text.length());
        at += text.length();
      }
    }
    return LuaString.own(bytes);
  }

  private static Double requireNumber(@Nullable Object value) {
    return value instanceof Double number ? number : Double.NaN;
  }
}
