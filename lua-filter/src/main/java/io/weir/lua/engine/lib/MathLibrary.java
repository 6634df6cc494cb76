package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.NumberFunction;
import io.weir.lua.engine.NumberPairFunction;
import io.weir.lua.engine.RandomBits;
import io.weir.lua.engine.Values;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The {@code math} library. */
final class MathLibrary {
  private MathLibrary() {}

  static void install(Functions functions) {
    functions.library("math");
    functions.add(
        "abs",
        new NumberFunction(functions.state(), "abs", functions.nextNumber()) {
          @Override
          public double apply(double a) {
            return Math.abs(a);
          }
        });
    functions.add(
        "floor",
        new NumberFunction(functions.state(), "floor", functions.nextNumber()) {
          @Override
          public double apply(double a) {
            return Math.floor(a);
          }
        });
    functions.add(
        "ceil",
        new NumberFunction(functions.state(), "ceil", functions.nextNumber()) {
          @Override
          public double apply(double a) {
            return Math.ceil(a);
          }
        });
    functions.add(
        "sqrt",
        new NumberFunction(functions.state(), "sqrt", functions.nextNumber()) {
          @Override
          public double apply(double a) {
            return Math.sqrt(a);
          }
        });
    unary(functions, "log10", Math::log10);
    unary(functions, "exp", Math::exp);
    unary(functions, "sin", Math::sin);
    unary(functions, "cos", Math::cos);
    unary(functions, "tan", Math::tan);
    unary(functions, "asin", Math::asin);
    unary(functions, "acos", Math::acos);
    unary(functions, "atan", Math::atan);
    unary(functions, "sinh", Math::sinh);
    unary(functions, "cosh", Math::cosh);
    unary(functions, "tanh", Math::tanh);
    unary(functions, "deg", x -> x * (180 / Math.PI));
    unary(functions, "rad", x -> x * (Math.PI / 180));
    functions
        .add("log", MathLibrary::log)
        .add("modf", a -> modf(a.number(1)))
        .add("frexp", a -> frexp(a.number(1)));
    binary(functions, "atan2", Math::atan2);
    LuaState state = functions.state();
    functions.add(
        "pow",
        new NumberPairFunction(state, "pow", functions.nextNumber()) {
          @Override
          public double apply(double a, double b) {
            return Math.pow(a, b);
          }
        });
    functions.add(
        "fmod",
        new NumberPairFunction(state, "fmod", functions.nextNumber()) {
          @Override
          public double apply(double a, double b) {
            return a % b;
          }
        });
    functions
        .add("ldexp", a -> Math.scalb(a.number(1), a.integer(2)))
        .add("min", new Extreme(state, "min", functions.nextNumber(), false))
        .add("max", new Extreme(state, "max", functions.nextNumber(), true))
        .value("pi", Math.PI)
        .value("huge", Double.POSITIVE_INFINITY)
        .add("random", MathLibrary::random)
        .add(
            "randomseed",
            a -> {
              if (a.count() > 0) {
                a.state().random().seed(a.number(1));
              }
              return Values.NONE;
            });
  }

  private static void unary(Functions functions, String name, DoubleUnaryOperator operator) {
    functions.add(name, a -> operator.applyAsDouble(a.number(1)));
  }

  private static void binary(Functions functions, String name, DoubleBinaryOperator operator) {
    functions.add(name, a -> operator.applyAsDouble(a.number(1), a.number(2)));
  }

  private static Object log(Arguments a) {
    double x = a.number(1);
    if (a.absent(2)) {
      return Math.log(x);
    }
    double base = a.number(2);
    if (base == 2) {
      return log2(x);
    }
    return base == 10 ? Math.log10(x) : log2(x) / log2(base);
  }

  private static double log2(double x) {
    int exponent = Math.getExponent(x);
    return x > 0 && exponent <= 1023 && x == Math.scalb(1.0, exponent)
        ? exponent
        : Math.log(x) / Math.log(2);
  }

  private static @Nullable Object modf(double x) {
    if (Double.isInfinite(x)) {
      return new @Nullable Object[] {x, Math.copySign(0.0, x)};
    }
    double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
    return new @Nullable Object[] {whole, Math.copySign(x - whole, x)};
  }

  private static @Nullable Object frexp(double x) {
    if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
      return new @Nullable Object[] {x, 0.0};
    }
    int exponent = Math.getExponent(x) + 1;
    double fraction = Math.scalb(x, -exponent);
    if (Math.abs(fraction) < 0.5) {
      int more = Math.getExponent(fraction) + 1;
      fraction = Math.scalb(fraction, -more);
      exponent += more;
    }
    return new @Nullable Object[] {fraction, (double) exponent};
  }

  private static Object random(Arguments a) {
    RandomBits random = a.state().random();
    double d = random.next();
    if (a.count() == 0) {
      return d;
    }
    double first = a.number(1);
    if (a.count() == 1) {
      return Math.floor(d * first) + 1;
    }
    double second = a.number(2);
    return Math.floor(d * (second - first + 1)) + first;
  }

  private static final class Extreme extends NumberPairFunction {
    private final boolean greatest;

    Extreme(LuaState state, String name, int number, boolean greatest) {
      super(state, name, number);
      this.greatest = greatest;
    }

    @Override
    public double apply(double a, double b) {
      return (greatest ? a > b : a < b) ? a : b;
    }

    @Override
    public boolean folds() {
      return true;
    }
  }
}
