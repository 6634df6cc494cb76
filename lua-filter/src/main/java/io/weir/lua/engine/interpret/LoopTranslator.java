package io.weir.lua.engine.interpret;

import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.Calls;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.IpairsStep;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.NextFunction;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import org.jspecify.annotations.Nullable;

/** Translates loops. Every round is a step of the budget. */
final class LoopTranslator {
  private final FunctionTranslator function;
  private final ExpressionTranslator expressions;
  private final StatementTranslator statements;

  LoopTranslator(
      FunctionTranslator function,
      ExpressionTranslator expressions,
      StatementTranslator statements) {
    this.function = function;
    this.expressions = expressions;
    this.statements = statements;
  }

  Exec whileLoop(Statement.While loop) {
    Test condition = expressions.condition(loop.condition());
    Exec body = statements.block(loop.body());
    return f -> {
      while (condition.test(f)) {
        f.state.step();
        Object signal = body.exec(f);
        if (signal != null) {
          return signal == Exec.BREAK ? null : signal;
        }
      }
      return null;
    };
  }

  Exec repeat(Statement.Repeat loop) {
    Exec body = statements.block(loop.body());
    Test condition = expressions.condition(loop.condition());
    return f -> {
      do {
        f.state.step();
        Object signal = body.exec(f);
        if (signal != null) {
          return signal == Exec.BREAK ? null : signal;
        }
      } while (!condition.test(f));
      return null;
    };
  }

  Exec numeric(Statement.NumericFor loop) {
    Eval start = expressions.one(loop.start());
    Eval limit = expressions.one(loop.limit());
    Eval step = loop.step() == null ? _ -> 1.0 : expressions.one(loop.step());
    Exec body = statements.block(loop.body());
    int slot = loop.variable().slot();
    boolean captured = loop.variable().captured();
    int site = function.site(loop.line());
    return f -> {
      Object first = start.eval(f);
      Object last = limit.eval(f);
      Object by = step.eval(f);
      f.at(site);
      double i = number(f, first, "initial value");
      double end = number(f, last, "limit");
      double increment = number(f, by, "step");
      for (; increment >= 0 ? i <= end : i >= end; i += increment) {
        f.state.step();
        f.slots[slot] = captured ? new Cell(i) : (Object) i;
        Object signal = body.exec(f);
        if (signal != null) {
          return signal == Exec.BREAK ? null : signal;
        }
      }
      return null;
    };
  }

  private static double number(Frame f, @Nullable Object value, String what) {
    Double number = Arithmetic.toNumber(value);
    if (number == null) {
      throw f.state.error("'for' " + what + " must be a number");
    }
    return number;
  }

  Exec generic(Statement.GenericFor loop) {
    ArrayEval values = expressions.all(loop.values());
    Exec body = statements.block(loop.body());
    LocalVariable[] variables = loop.variables().toArray(LocalVariable[]::new);
    int site = function.callSite(loop.line(), null);
    return f -> {
      @Nullable Object[] given = values.eval(f);
      Object iterator = given.length > 0 ? given[0] : null;
      Object subject = given.length > 1 ? given[1] : null;
      Object control = given.length > 2 ? given[2] : null;
      if (subject instanceof LuaTable table) {
        if (iterator instanceof NextFunction && control == null) {
          return overEntries(f, table, variables, body);
        }
        if (iterator instanceof IpairsStep && control instanceof Double from && from == 0) {
          return overItems(f, table, variables, body);
        }
      }
      return overCalls(f, site, iterator, subject, control, variables, body);
    };
  }

  private static @Nullable Object overEntries(
      Frame f, LuaTable table, LocalVariable[] variables, Exec body) {
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      f.state.step();
      declare(f, variables, table.keyAt(at), table.valueAt(at));
      Object signal = body.exec(f);
      if (signal != null) {
        return signal == Exec.BREAK ? null : signal;
      }
    }
    return null;
  }

  private static @Nullable Object overItems(
      Frame f, LuaTable table, LocalVariable[] variables, Exec body) {
    for (int i = 1; ; i++) {
      Object value = table.get(i);
      if (value == null) {
        return null;
      }
      f.state.step();
      declare(f, variables, (double) i, value);
      Object signal = body.exec(f);
      if (signal != null) {
        return signal == Exec.BREAK ? null : signal;
      }
    }
  }

  private static @Nullable Object overCalls(
      Frame f,
      int site,
      @Nullable Object iterator,
      @Nullable Object subject,
      @Nullable Object start,
      LocalVariable[] variables,
      Exec body) {
    Object control = start;
    while (true) {
      f.at(site);
      Object result = Calls.call(f.state, iterator, subject, control);
      control = Values.first(result);
      if (control == null) {
        return null;
      }
      f.state.step();
      for (int i = 0; i < variables.length; i++) {
        declare(f, variables[i], Values.get(result, i));
      }
      Object signal = body.exec(f);
      if (signal != null) {
        return signal == Exec.BREAK ? null : signal;
      }
    }
  }

  private static void declare(
      Frame f, LocalVariable[] variables, @Nullable Object first, @Nullable Object second) {
    declare(f, variables[0], first);
    if (variables.length > 1) {
      declare(f, variables[1], second);
      for (int i = 2; i < variables.length; i++) {
        declare(f, variables[i], null);
      }
    }
  }

  private static void declare(Frame f, LocalVariable variable, @Nullable Object value) {
    f.slots[variable.slot()] = variable.captured() ? new Cell(value) : value;
  }
}
