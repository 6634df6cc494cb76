package io.weir.lua.engine.interpret;

import io.weir.lua.engine.Cell;
import io.weir.lua.engine.Indexing;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.syntax.Block;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.Label;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates statements. */
final class StatementTranslator {
  private final FunctionTranslator function;
  private final ExpressionTranslator expressions;
  private final LoopTranslator loops;

  StatementTranslator(FunctionTranslator function, ExpressionTranslator expressions) {
    this.function = function;
    this.expressions = expressions;
    this.loops = new LoopTranslator(function, expressions, this);
  }

  Exec block(Block block) {
    List<Statement> list = block.statements();
    Exec[] code = list.stream().map(this::statement).toArray(Exec[]::new);
    if (list.stream().anyMatch(Statement.LabelMark.class::isInstance)) {
      return new LabelledBlock(code, list);
    }
    return switch (code.length) {
      case 0 -> _ -> null;
      case 1 -> code[0];
      case 2 -> {
        Exec first = code[0];
        Exec second = code[1];
        yield f -> {
          Object signal = first.exec(f);
          return signal != null ? signal : second.exec(f);
        };
      }
      default ->
          f -> {
            for (Exec statement : code) {
              Object signal = statement.exec(f);
              if (signal != null) {
                return signal;
              }
            }
            return null;
          };
    };
  }

  /** A block that can be jumped into at its labels. */
  private record LabelledBlock(Exec[] code, Label[] labels) implements Exec {
    LabelledBlock(Exec[] code, List<Statement> statements) {
      this(code, new Label[code.length]);
      for (int i = 0; i < code.length; i++) {
        if (statements.get(i) instanceof Statement.LabelMark(Label label)) {
          labels[i] = label;
        }
      }
    }

    @Override
    public @Nullable Object exec(Frame f) {
      int at = 0;
      while (at < code.length) {
        Object signal = code[at].exec(f);
        if (signal == null) {
          at++;
        } else {
          int target = indexOf(signal);
          if (target < 0) {
            return signal;
          }
          f.state.step();
          at = target;
        }
      }
      return null;
    }

    private int indexOf(Object signal) {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == signal) {
          return i;
        }
      }
      return -1;
    }
  }

  private Exec statement(Statement statement) {
    return switch (statement) {
      case Statement.LocalDeclaration local -> local(local);
      case Statement.LocalFunction(var variable, var body, _) -> {
        Eval closure = expressions.one(new Expression.Closure(body));
        int slot = variable.slot();
        if (!variable.captured()) {
          yield f -> {
            f.slots[slot] = closure.eval(f);
            return null;
          };
        }
        yield f -> {
          var cell = new Cell(null);
          f.slots[slot] = cell;
          cell.value = closure.eval(f);
          return null;
        };
      }
      case Statement.Assignment assignment -> assignment(assignment);
      case Statement.CallStatement(var call, _) -> {
        Eval eval = expressions.result(call);
        yield f -> {
          eval.eval(f);
          return null;
        };
      }
      case Statement.Do(var block) -> block(block);
      case Statement.While loop -> loops.whileLoop(loop);
      case Statement.Repeat loop -> loops.repeat(loop);
      case Statement.If branch -> branch(branch);
      case Statement.NumericFor loop -> loops.numeric(loop);
      case Statement.GenericFor loop -> loops.generic(loop);
      case Statement.Return(var values, _) -> returns(values);
      case Statement.Break _ -> _ -> Exec.BREAK;
      case Statement.Goto jump -> {
        Label target = jump.target();
        yield _ -> target;
      }
      case Statement.LabelMark _ -> _ -> null;
    };
  }

  private Exec branch(Statement.If branch) {
    Exec otherwise = branch.otherwise() == null ? _ -> null : block(branch.otherwise());
    for (Statement.Clause clause : branch.clauses().reversed()) {
      Test condition = expressions.condition(clause.condition());
      Exec body = block(clause.body());
      Exec next = otherwise;
      otherwise = f -> condition.test(f) ? body.exec(f) : next.exec(f);
    }
    return otherwise;
  }

  private Exec returns(List<Expression> values) {
    if (values.isEmpty()) {
      return f -> {
        f.result = Values.NONE;
        return Exec.RETURN;
      };
    }
    if (values.size() == 1) {
      Eval value = expressions.calls().tail(values.getFirst());
      return f -> {
        f.result = value.eval(f);
        return Exec.RETURN;
      };
    }
    ArrayEval all = expressions.all(values);
    return f -> {
      f.result = all.eval(f);
      return Exec.RETURN;
    };
  }

  // ---- variables

  private static void declare(Frame f, LocalVariable variable, @Nullable Object value) {
    f.slots[variable.slot()] = variable.captured() ? new Cell(value) : value;
  }

  private Exec local(Statement.LocalDeclaration local) {
    List<LocalVariable> variables = local.variables();
    if (variables.size() == 1 && local.values().size() == 1) {
      Eval value = expressions.one(local.values().getFirst());
      LocalVariable variable = variables.getFirst();
      int slot = variable.slot();
      if (!variable.captured()) {
        return f -> {
          f.slots[slot] = value.eval(f);
          return null;
        };
      }
      return f -> {
        f.slots[slot] = new Cell(value.eval(f));
        return null;
      };
    }
    LocalVariable[] targets = variables.toArray(LocalVariable[]::new);
    ArrayEval all = expressions.all(local.values());
    return f -> {
      @Nullable Object[] values = all.eval(f);
      for (int i = 0; i < targets.length; i++) {
        declare(f, targets[i], i < values.length ? values[i] : null);
      }
      return null;
    };
  }

  /** Where an assignment puts a value, its object and key being computed before. */
  private interface Target {
    /** Computes object and key into a place of the scratch array. */
    void prepare(Frame f, @Nullable Object[] scratch, int at);

    void store(Frame f, @Nullable Object[] scratch, int at, @Nullable Object value);
  }

  private Exec assignment(Statement.Assignment assignment) {
    if (assignment.targets().size() == 1 && assignment.values().size() == 1) {
      return single(
          assignment.targets().getFirst(), assignment.values().getFirst(), assignment.line());
    }
    Target[] targets =
        assignment.targets().stream()
            .map(target -> target(target, assignment.line()))
            .toArray(Target[]::new);
    ArrayEval all = expressions.all(assignment.values());
    return f -> {
      @Nullable Object[] scratch = new @Nullable Object[targets.length * 2];
      for (int i = 0; i < targets.length; i++) {
        targets[i].prepare(f, scratch, 2 * i);
      }
      @Nullable Object[] values = all.eval(f);
      for (int i = targets.length - 1; i >= 0; i--) {
        targets[i].store(f, scratch, 2 * i, i < values.length ? values[i] : null);
      }
      return null;
    };
  }

  private Target target(Expression target, int line) {
    if (target instanceof Expression.Index(var object, var key, _)) {
      Eval o = expressions.one(object);
      Eval k = expressions.one(key);
      int site = function.site(line, object);
      return new Target() {
        @Override
        public void prepare(Frame f, @Nullable Object[] scratch, int at) {
          scratch[at] = o.eval(f);
          scratch[at + 1] = k.eval(f);
        }

        @Override
        public void store(Frame f, @Nullable Object[] scratch, int at, @Nullable Object value) {
          f.at(site);
          Indexing.set(f.state, scratch[at], scratch[at + 1], value);
        }
      };
    }
    Setter setter = setter(target, line);
    return new Target() {
      @Override
      public void prepare(Frame f, @Nullable Object[] scratch, int at) {}

      @Override
      public void store(Frame f, @Nullable Object[] scratch, int at, @Nullable Object value) {
        setter.set(f, value);
      }
    };
  }

  private interface Setter {
    void set(Frame f, @Nullable Object value);
  }

  private Setter setter(Expression target, int line) {
    return switch (target) {
      case Expression.Local(var variable) -> {
        int slot = variable.slot();
        yield variable.captured()
            ? (f, value) -> f.cell(slot).value = value
            : (f, value) -> f.slots[slot] = value;
      }
      case Expression.UpvalueRef(int index, _) ->
          (f, value) -> f.closure.upvalues()[index].value = value;
      case Expression.Global(LuaString name, _) -> {
        int site = function.site(line);
        yield (f, value) -> {
          LuaTable globals = f.closure.environment();
          if (globals.metatable() == null) {
            globals.set(name, value);
          } else {
            f.at(site);
            Indexing.set(f.state, globals, name, value);
          }
        };
      }
      default -> throw new IllegalArgumentException(target.toString());
    };
  }

  private Exec single(Expression target, Expression value, int line) {
    if (!(target instanceof Expression.Index(var object, var key, _))) {
      Setter setter = setter(target, line);
      Eval v = expressions.one(value);
      return f -> {
        setter.set(f, v.eval(f));
        return null;
      };
    }
    Eval o = expressions.one(object);
    Eval k = expressions.one(key);
    Eval v = expressions.one(value);
    int site = function.site(line, object);
    return f -> {
      Object container = o.eval(f);
      Object index = k.eval(f);
      Object stored = v.eval(f);
      if (container instanceof LuaTable table && table.metatable() == null) {
        if (index instanceof LuaString name) {
          table.set(name, stored);
          return null;
        }
        if (index instanceof Double number && number == (double) number) {
          table.set((double) number, stored);
          return null;
        }
      }
      f.at(site);
      Indexing.set(f.state, container, index, stored);
      return null;
    };
  }
}
