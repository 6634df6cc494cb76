package io.weir.lua.engine;

import org.jspecify.annotations.Nullable;

/**
 * A 64-bit integer or the imaginary number of a literal: what {@code 5LL}, {@code 5ULL} and {@code
 * 1i} give. LuaJIT's cdata, without the rest of its FFI.
 */
public record LuaInt64(Kind kind, long value, double imaginary) {

  /** The literal's suffix. */
  public enum Kind {
    SIGNED("int64_t"),
    UNSIGNED("uint64_t"),
    COMPLEX("complex");

    private final String typeName;

    Kind(String typeName) {
      this.typeName = typeName;
    }
  }

  public static LuaInt64 signed(long value) {
    return new LuaInt64(Kind.SIGNED, value, 0);
  }

  public static LuaInt64 unsigned(long value) {
    return new LuaInt64(Kind.UNSIGNED, value, 0);
  }

  public static LuaInt64 complex(double imaginary) {
    return new LuaInt64(Kind.COMPLEX, 0, imaginary);
  }

  public String typeName() {
    return kind.typeName;
  }

  /** The operand's value as a 64-bit integer, or null when it is not a number. */
  static @Nullable Long operand(@Nullable Object value) {
    return switch (value) {
      case LuaInt64 integer when integer.kind != Kind.COMPLEX -> integer.value;
      case Double number -> (long) (double) number;
      case null, default -> null;
    };
  }

  /** The result of an operator of which at least one operand is such a number, or null. */
  static @Nullable Object arithmetic(ArithmeticOp op, @Nullable Object a, @Nullable Object b) {
    Long x = operand(a);
    Long y = operand(b);
    if (x == null || y == null) {
      return null;
    }
    boolean unsigned =
        a instanceof LuaInt64 i && i.kind == Kind.UNSIGNED
            || b instanceof LuaInt64 j && j.kind == Kind.UNSIGNED;
    long result =
        switch (op) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> y == 0 ? Long.MIN_VALUE : unsigned ? Long.divideUnsigned(x, y) : x / y;
          case MOD -> y == 0 ? Long.MIN_VALUE : unsigned ? Long.remainderUnsigned(x, y) : x % y;
          case POW -> power(x, y);
          case UNM -> -x;
        };
    return new LuaInt64(unsigned ? Kind.UNSIGNED : Kind.SIGNED, result, 0);
  }

  private static long power(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base == -1 ? ((exponent & 1) == 0 ? 1 : -1) : 0;
    }
    long result = 1;
    for (long e = exponent; e != 0; e >>= 1) {
      if ((e & 1) != 0) {
        result *= base;
      }
      base *= base;
    }
    return result;
  }

  /** Whether {@code a == b} for operands of which one is such a number. */
  static boolean equal(Object a, Object b) {
    Long x = operand(a);
    Long y = operand(b);
    return x == null || y == null ? a.equals(b) : x.equals(y);
  }

  /** Negative, zero or positive, or null when the operands do not compare. */
  static @Nullable Integer compare(@Nullable Object a, @Nullable Object b) {
    Long x = operand(a);
    Long y = operand(b);
    if (x == null || y == null) {
      return null;
    }
    boolean unsigned =
        a instanceof LuaInt64 i && i.kind == Kind.UNSIGNED
            || b instanceof LuaInt64 j && j.kind == Kind.UNSIGNED;
    return unsigned ? Long.compareUnsigned(x, y) : Long.compare(x, y);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case SIGNED -> value + "LL";
      case UNSIGNED -> Long.toUnsignedString(value) + "ULL";
      case COMPLEX -> "0" + (imaginary < 0 ? "" : "+") + NumberText.of(imaginary) + "i";
    };
  }
}
