package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.Block;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import io.weir.lua.engine.syntax.Upvalue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a loop mentions and assigns, and whether it can be a method of its own: innermost loops that
 * are left at their end or by {@code break} only.
 */
final class LoopVariables {
  private final Set<LocalVariable> used = new LinkedHashSet<>();
  private final Set<LocalVariable> assigned = new LinkedHashSet<>();
  private boolean separable = true;

  private LoopVariables() {}

  static LoopVariables of(Statement loop) {
    var found = new LoopVariables();
    switch (loop) {
      case Statement.While(var condition, var body, _) -> {
        found.expression(condition);
        found.block(body);
      }
      case Statement.Repeat(var body, var condition, _) -> {
        found.block(body);
        found.expression(condition);
      }
      case Statement.NumericFor(_, var start, var limit, var step, var body, _) -> {
        found.expression(start);
        found.expression(limit);
        found.expression(step);
        found.block(body);
      }
      case Statement.GenericFor(_, var values, var body, _) -> {
        found.expressions(values);
        found.block(body);
      }
      default -> found.separable = false;
    }
    return found;
  }

  boolean separable() {
    return separable;
  }

  Set<LocalVariable> used() {
    return used;
  }

  Set<LocalVariable> assigned() {
    return assigned;
  }

  private void block(Block block) {
    block.statements().forEach(this::statement);
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.LocalDeclaration local -> expressions(local.values());
      case Statement.LocalFunction(_, var body, _) -> expression(new Expression.Closure(body));
      case Statement.Assignment(var targets, var values, _) -> {
        expressions(targets);
        expressions(values);
        for (Expression target : targets) {
          if (target instanceof Expression.Local(var variable)) {
            assigned.add(variable);
          }
        }
      }
      case Statement.CallStatement(var call, _) -> expression(call);
      case Statement.Do(var block) -> block(block);
      case Statement.If(var clauses, var otherwise) -> {
        for (Statement.Clause clause : clauses) {
          expression(clause.condition());
          block(clause.body());
        }
        if (otherwise != null) {
          block(otherwise);
        }
      }
      case Statement.Break _ -> {}
      default -> separable = false;
    }
  }

  private void expressions(List<Expression> list) {
    list.forEach(this::expression);
  }

  private void expression(@Nullable Expression expression) {
    switch (expression) {
      case Expression.Local(var variable) -> used.add(variable);
      case Expression.Vararg _ -> separable = false;
      case Expression.Closure(var body) -> {
        for (Upvalue upvalue : body.upvalues()) {
          if (upvalue.local() != null) {
            used.add(upvalue.local());
          }
        }
      }
      case Expression.Index(var object, var key, _) -> {
        expression(object);
        expression(key);
      }
      case Expression.Call(var function, var arguments, _) -> {
        expression(function);
        expressions(arguments);
      }
      case Expression.MethodCall(var object, _, var arguments, _) -> {
        expression(object);
        expressions(arguments);
      }
      case Expression.Binary binary -> {
        expression(binary.left());
        expression(binary.right());
      }
      case Expression.And(var left, var right) -> {
        expression(left);
        expression(right);
      }
      case Expression.Or(var left, var right) -> {
        expression(left);
        expression(right);
      }
      case Expression.Unary(_, var operand, _) -> expression(operand);
      case Expression.Parenthesized(var inner) -> expression(inner);
      case Expression.TableConstructor(var items, _) -> {
        for (Expression.Item item : items) {
          expression(item.key());
          expression(item.value());
        }
      }
      case Expression.Constant _, Expression.UpvalueRef _, Expression.Global _ -> {}
      case null -> {}
    }
  }
}
