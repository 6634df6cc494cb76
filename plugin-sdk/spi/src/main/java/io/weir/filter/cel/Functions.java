package io.weir.filter.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators and functions on values; names of operators are those of CEL's syntax tree. */
final class Functions {
  private Functions() {}

  static Object call(String name, List<Object> args) throws CelException {
    return switch (args.size()) {
      case 1 -> one(name, args.get(0));
      case 2 -> two(name, args.get(0), args.get(1));
      default -> throw unknown(name);
    };
  }

  /** Whether a function of that name and number of arguments exists. */
  static boolean exists(String name, int arguments) {
    return switch (name) {
      case "size", "string", "int", "uint", "double", "bytes" -> arguments == 1;
      case "contains", "startsWith", "endsWith", "matches" -> arguments == 2;
      default -> false;
    };
  }

  private static CelException unknown(String name) {
    return new CelException("no matching overload for " + name);
  }

  private static Object one(String name, Object a) throws CelException {
    return switch (name) {
      case "!" -> {
        if (a instanceof Boolean bool) {
          yield !bool;
        }
        throw unknown(name);
      }
      case "-" ->
          switch (a) {
            case Long number -> Math.negateExact(number);
            case Double number -> -number;
            default -> throw unknown(name);
          };
      case "size" ->
          switch (a) {
            case String text -> (long) text.codePointCount(0, text.length());
            case byte[] bytes -> (long) bytes.length;
            case List<?> list -> (long) list.size();
            case Map<?, ?> map -> (long) map.size();
            default -> throw unknown(name);
          };
      case "string" -> text(a);
      case "int", "uint" -> integer(a);
      case "double" -> real(a);
      case "bytes" -> a instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : a;
      default -> throw unknown(name);
    };
  }

  private static String text(Object a) throws CelException {
    return switch (a) {
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case String text -> text;
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          String.valueOf(number.longValue());
      case Long _, Double _, Boolean _ -> a.toString();
      default -> throw unknown("string");
    };
  }

  private static Long integer(Object a) throws CelException {
    try {
      return switch (a) {
        case Long number -> number;
        case Double number -> number.longValue();
        case String text -> Long.valueOf(text);
        default -> throw unknown("int");
      };
    } catch (NumberFormatException _) {
      throw new CelException("not a number: " + a);
    }
  }

  private static Double real(Object a) throws CelException {
    try {
      return switch (a) {
        case Long number -> number.doubleValue();
        case Double number -> number;
        case String text -> Double.valueOf(text);
        default -> throw unknown("double");
      };
    } catch (NumberFormatException _) {
      throw new CelException("not a number: " + a);
    }
  }

  private static Object two(String name, Object a, Object b) throws CelException {
    return switch (name) {
      case "==" -> equal(a, b);
      case "!=" -> !equal(a, b);
      case "<" -> compare(a, b) < 0;
      case "<=" -> compare(a, b) <= 0;
      case ">" -> compare(a, b) > 0;
      case ">=" -> compare(a, b) >= 0;
      case "in" -> in(a, b);
      case "contains", "startsWith", "endsWith", "matches" -> texts(name, a, b);
      default -> arithmetic(name, a, b);
    };
  }

  private static boolean texts(String name, Object a, Object b) throws CelException {
    if (!(a instanceof String text && b instanceof String part)) {
      throw unknown(name);
    }
    return switch (name) {
      case "contains" -> text.contains(part);
      case "startsWith" -> text.startsWith(part);
      case "endsWith" -> text.endsWith(part);
      default -> {
        try {
          yield Pattern.compile(part).matcher(text).find();
        } catch (PatternSyntaxException e) {
          throw new CelException("not a regular expression: " + part);
        }
      }
    };
  }

  private static boolean in(Object a, Object b) throws CelException {
    return switch (b) {
      case List<?> list -> {
        for (Object item : list) {
          if (item != null && equal(a, item)) {
            yield true;
          }
        }
        yield false;
      }
      case Map<?, ?> map -> map.containsKey(a);
      default -> throw unknown("in");
    };
  }

  private static boolean equal(Object a, Object b) {
    if (a instanceof Long x && b instanceof Double y) {
      return x.doubleValue() == y;
    }
    if (a instanceof Double x && b instanceof Long y) {
      return x == y.doubleValue();
    }
    return a instanceof byte[] x && b instanceof byte[] y ? Arrays.equals(x, y) : a.equals(b);
  }

  private static int compare(Object a, Object b) throws CelException {
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    if (a instanceof Boolean x && b instanceof Boolean y) {
      return x.compareTo(y);
    }
    if (a instanceof Long x && b instanceof Long y) {
      return x.compareTo(y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    throw unknown("comparison");
  }

  private static Object arithmetic(String name, Object a, Object b) throws CelException {
    try {
      if (a instanceof Long x && b instanceof Long y) {
        return switch (name) {
          case "+" -> Math.addExact(x, y);
          case "-" -> Math.subtractExact(x, y);
          case "*" -> Math.multiplyExact(x, y);
          case "/" -> Math.divideExact(x, y);
          case "%" -> x % y;
          default -> throw unknown(name);
        };
      }
    } catch (ArithmeticException e) {
      throw new CelException(String.valueOf(e.getMessage()));
    }
    if (a instanceof Double x && b instanceof Double y) {
      return switch (name) {
        case "+" -> x + y;
        case "-" -> x - y;
        case "*" -> x * y;
        case "/" -> x / y;
        default -> throw unknown(name);
      };
    }
    if (name.equals("+") && a instanceof String x && b instanceof String y) {
      return x + y;
    }
    if (name.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      return java.util.stream.Stream.concat(x.stream(), y.stream()).toList();
    }
    throw unknown(name);
  }
}
