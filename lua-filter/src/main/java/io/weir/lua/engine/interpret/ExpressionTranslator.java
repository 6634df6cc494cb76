package io.weir.lua.engine.interpret;

import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.ArithmeticOp;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.Comparison;
import io.weir.lua.engine.Indexing;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.syntax.BinaryOp;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.Upvalue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates expressions. */
final class ExpressionTranslator {
  private final FunctionTranslator function;
  private final CallTranslator calls;
  private final TableTranslator tables;

  ExpressionTranslator(FunctionTranslator function) {
    this.function = function;
    this.calls = new CallTranslator(function, this);
    this.tables = new TableTranslator(function, this);
  }

  CallTranslator calls() {
    return calls;
  }

  /** An expression of which one value is wanted. */
  Eval one(Expression expression) {
    return switch (expression) {
      case Expression.Constant(var value) -> _ -> value;
      case Expression.Vararg _ -> f -> f.varargs.length == 0 ? null : f.varargs[0];
      case Expression.Closure(var body) -> closure(body);
      case Expression.Local(var variable) -> {
        int slot = variable.slot();
        yield variable.captured() ? f -> f.cell(slot).value : f -> f.slots[slot];
      }
      case Expression.UpvalueRef(int index, _) -> f -> f.closure.upvalues()[index].value;
      case Expression.Global(var name, int line) -> global(name, line);
      case Expression.Index index -> index(index);
      case Expression.Call call -> {
        Eval raw = calls.call(call);
        yield f -> Values.first(raw.eval(f));
      }
      case Expression.MethodCall call -> {
        Eval raw = calls.method(call);
        yield f -> Values.first(raw.eval(f));
      }
      case Expression.Binary binary -> binary(binary);
      case Expression.And(var left, var right) -> {
        Eval a = one(left);
        Eval b = one(right);
        yield f -> {
          Object value = a.eval(f);
          return Types.truthy(value) ? b.eval(f) : value;
        };
      }
      case Expression.Or(var left, var right) -> {
        Eval a = one(left);
        Eval b = one(right);
        yield f -> {
          Object value = a.eval(f);
          return Types.truthy(value) ? value : b.eval(f);
        };
      }
      case Expression.Unary unary -> unary(unary);
      case Expression.Parenthesized(var inner) -> one(inner);
      case Expression.TableConstructor table -> tables.constructor(table);
    };
  }

  /** An expression all of whose values are wanted: a result, as of a call. */
  Eval result(Expression expression) {
    return switch (expression) {
      case Expression.Call call -> calls.call(call);
      case Expression.MethodCall call -> calls.method(call);
      case Expression.Vararg _ -> f -> f.varargs;
      default -> one(expression);
    };
  }

  /** Several expressions, the last with all its values, as an array. */
  ArrayEval all(List<Expression> list) {
    int count = list.size();
    if (count == 0) {
      return _ -> Values.NONE;
    }
    boolean open = list.getLast().multiple();
    Eval[] evals = new Eval[count];
    for (int i = 0; i < count; i++) {
      evals[i] = i == count - 1 ? result(list.get(i)) : one(list.get(i));
    }
    if (count == 1) {
      Eval only = evals[0];
      return open ? f -> Values.all(only.eval(f)) : f -> new @Nullable Object[] {only.eval(f)};
    }
    if (!open) {
      return f -> values(evals, count, f);
    }
    Eval last = evals[count - 1];
    return f -> {
      @Nullable Object[] fixed = values(evals, count - 1, f);
      return Values.append(fixed, last.eval(f));
    };
  }

  private static @Nullable Object[] values(Eval[] evals, int count, Frame f) {
    @Nullable Object[] values = new @Nullable Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = evals[i].eval(f);
    }
    return values;
  }

  private Eval closure(FunctionBody body) {
    Prototype prototype = function.nested(body);
    Upvalue[] upvalues = body.upvalues().toArray(Upvalue[]::new);
    return f -> {
      var cells = new Cell[upvalues.length];
      for (int i = 0; i < cells.length; i++) {
        var local = upvalues[i].local();
        cells[i] = local != null ? f.cell(local.slot()) : f.closure.upvalues()[upvalues[i].outer()];
      }
      return prototype.instantiate(f.state, f.closure.environment(), cells);
    };
  }

  private Eval global(LuaString name, int line) {
    int site = function.site(line);
    return f -> {
      LuaTable globals = f.closure.environment();
      Object value = globals.get(name);
      if (value == null && globals.metatable() != null) {
        f.at(site);
        return Indexing.get(f.state, globals, name);
      }
      return value;
    };
  }

  private Eval index(Expression.Index index) {
    Eval object = one(index.object());
    int site = function.site(index.line(), index.object());
    if (index.key() instanceof Expression.Constant(LuaString name)) {
      return f -> {
        Object value = object.eval(f);
        if (value instanceof LuaTable table) {
          Object field = table.get(name);
          if (field != null || table.metatable() == null) {
            return field;
          }
        }
        f.at(site);
        return Indexing.get(f.state, value, name);
      };
    }
    Eval key = one(index.key());
    return f -> {
      Object value = object.eval(f);
      Object k = key.eval(f);
      if (value instanceof LuaTable table) {
        Object field = k instanceof Double number ? table.get((double) number) : table.get(k);
        if (field != null || table.metatable() == null) {
          return field;
        }
      }
      f.at(site);
      return Indexing.get(f.state, value, k);
    };
  }

  private Eval unary(Expression.Unary unary) {
    return switch (unary.op()) {
      case NOT -> {
        Test test = condition(unary.operand());
        yield f -> !test.test(f);
      }
      case MINUS -> {
        Eval operand = one(unary.operand());
        int site = function.site(unary.line(), unary.operand());
        yield f -> {
          Object value = operand.eval(f);
          if (value instanceof Double number) {
            return -number;
          }
          f.at(site);
          return Arithmetic.negate(f.state, value);
        };
      }
      case LENGTH -> {
        Eval operand = one(unary.operand());
        int site = function.site(unary.line(), unary.operand());
        yield f -> {
          Object value = operand.eval(f);
          f.at(site);
          return Arithmetic.length(f.state, value);
        };
      }
    };
  }

  private Eval binary(Expression.Binary binary) {
    return switch (binary.op()) {
      case ADD, SUB, MUL, DIV, MOD, POW -> arithmetic(binary);
      case CONCAT -> concat(binary);
      case EQ, NE, LT, LE, GT, GE -> {
        Test test = comparison(binary);
        yield f -> test.test(f);
      }
      case AND, OR -> throw new IllegalArgumentException(binary.op().name());
    };
  }

  private Eval arithmetic(Expression.Binary binary) {
    Eval left = one(binary.left());
    Eval right = one(binary.right());
    int site = function.site(binary.line(), binary.left(), binary.right());
    return switch (binary.op()) {
      case ADD ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return a instanceof Double x && b instanceof Double y
                ? (Object) (x + y)
                : slow(f, site, ArithmeticOp.ADD, a, b);
          };
      case SUB ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return a instanceof Double x && b instanceof Double y
                ? (Object) (x - y)
                : slow(f, site, ArithmeticOp.SUB, a, b);
          };
      case MUL ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return a instanceof Double x && b instanceof Double y
                ? (Object) (x * y)
                : slow(f, site, ArithmeticOp.MUL, a, b);
          };
      case DIV ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return a instanceof Double x && b instanceof Double y
                ? (Object) (x / y)
                : slow(f, site, ArithmeticOp.DIV, a, b);
          };
      case MOD ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return a instanceof Double x && b instanceof Double y
                ? (Object) Arithmetic.mod(x, y)
                : slow(f, site, ArithmeticOp.MOD, a, b);
          };
      default ->
          f -> {
            Object a = left.eval(f);
            Object b = right.eval(f);
            return slow(f, site, ArithmeticOp.POW, a, b);
          };
    };
  }

  private static @Nullable Object slow(
      Frame f, int site, ArithmeticOp op, @Nullable Object a, @Nullable Object b) {
    f.at(site);
    return Arithmetic.apply(f.state, op, a, b);
  }

  /** A chain of concatenations is one operation on all its operands. */
  private Eval concat(Expression.Binary binary) {
    var operands = new ArrayList<Expression>();
    Expression rest = binary;
    while (rest instanceof Expression.Binary(BinaryOp op, var left, var right, _)
        && op == BinaryOp.CONCAT) {
      operands.add(left);
      rest = right;
    }
    operands.add(rest);
    int site = function.site(binary.line(), operands.toArray(Expression[]::new));
    if (operands.size() == 2) {
      Eval left = one(operands.get(0));
      Eval right = one(operands.get(1));
      return f -> {
        Object a = left.eval(f);
        Object b = right.eval(f);
        f.at(site);
        return Texts.concat(f.state, a, b);
      };
    }
    Eval[] evals = operands.stream().map(this::one).toArray(Eval[]::new);
    return f -> {
      @Nullable Object[] values = values(evals, evals.length, f);
      f.at(site);
      return Texts.concat(f.state, values);
    };
  }

  // ---- conditions

  Test condition(Expression expression) {
    return switch (expression) {
      case Expression.Binary binary when comparison(binary.op()) -> comparison(binary);
      case Expression.Unary(var op, var operand, _)
          when op == io.weir.lua.engine.syntax.UnaryOp.NOT -> {
        Test inner = condition(operand);
        yield f -> !inner.test(f);
      }
      case Expression.And(var left, var right) -> {
        Test a = condition(left);
        Test b = condition(right);
        yield f -> a.test(f) && b.test(f);
      }
      case Expression.Or(var left, var right) -> {
        Test a = condition(left);
        Test b = condition(right);
        yield f -> a.test(f) || b.test(f);
      }
      default -> {
        Eval value = one(expression);
        yield f -> Types.truthy(value.eval(f));
      }
    };
  }

  private static boolean comparison(BinaryOp op) {
    return switch (op) {
      case EQ, NE, LT, LE, GT, GE -> true;
      default -> false;
    };
  }

  private Test comparison(Expression.Binary binary) {
    Eval left = one(binary.left());
    Eval right = one(binary.right());
    int site = function.site(binary.line());
    return switch (binary.op()) {
      case EQ -> f -> equal(f, site, left.eval(f), right.eval(f));
      case NE -> f -> !equal(f, site, left.eval(f), right.eval(f));
      case LT ->
          f -> {
            Object a = left.eval(f);
            return less(f, site, a, right.eval(f));
          };
      case LE ->
          f -> {
            Object a = left.eval(f);
            return lessEqual(f, site, a, right.eval(f));
          };
      case GT ->
          f -> {
            Object a = left.eval(f);
            return less(f, site, right.eval(f), a);
          };
      default ->
          f -> {
            Object a = left.eval(f);
            return lessEqual(f, site, right.eval(f), a);
          };
    };
  }

  private static boolean equal(Frame f, int site, @Nullable Object a, @Nullable Object b) {
    if (a == b && !(a instanceof Double)) {
      return true;
    }
    f.at(site);
    return Comparison.equal(f.state, a, b);
  }

  private static boolean less(Frame f, int site, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x < y;
    }
    f.at(site);
    return Comparison.less(f.state, a, b);
  }

  private static boolean lessEqual(Frame f, int site, @Nullable Object a, @Nullable Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x <= y;
    }
    f.at(site);
    return Comparison.lessEqual(f.state, a, b);
  }
}
