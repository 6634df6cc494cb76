package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.syntax.Expression;
import java.util.Set;

/**
 * Which calls are worth a path of their own for functions from numbers to numbers. Scripts keep
 * such functions in variables, so only the name can tell; a wrong guess costs a type check.
 */
final class NumericNames {
  private static final int MOST_ARGUMENTS = 3;

  private static final Set<String> NAMES =
      Set.of(
          "tobit", "bnot", "bswap", "lshift", "rshift", "arshift", "rol", "ror", "band", "bor",
          "bxor", "abs", "floor", "ceil", "sqrt", "min", "max", "fmod", "pow");

  private NumericNames() {}

  static boolean likely(Expression.Call call) {
    int count = call.arguments().size();
    return count > 0
        && count <= MOST_ARGUMENTS
        && call.arguments().stream().allMatch(NumericNames::single)
        && likely(name(call.function()));
  }

  /** One value, and not worth asking how many: calls only if they are numeric themselves. */
  private static boolean single(Expression argument) {
    return !argument.multiple() || argument instanceof Expression.Call inner && likely(inner);
  }

  private static String name(Expression function) {
    return switch (function) {
      case Expression.Local(var variable) -> variable.name().text();
      case Expression.UpvalueRef(_, var name) -> name.text();
      case Expression.Global(var name, _) -> name.text();
      case Expression.Index(_, Expression.Constant(LuaString name), _) -> name.text();
      default -> "";
    };
  }

  /** {@code bit_band} and {@code mfloor} are named after what they are too. */
  private static boolean likely(String name) {
    return NAMES.contains(name)
        || NAMES.contains(name.substring(name.lastIndexOf('_') + 1))
        || name.length() > 3 && NAMES.contains(name.substring(1));
  }
}
