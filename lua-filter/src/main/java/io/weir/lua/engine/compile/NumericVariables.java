package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.Block;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import io.weir.lua.engine.syntax.UnaryOp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The variables of a function that are assigned numbers somewhere, as far as the text tells: they
 * are kept unboxed. A guess; variables that turn out to hold something else work too.
 */
final class NumericVariables {
  private record Flow(LocalVariable variable, Expression value) {}

  private final List<Flow> flows = new ArrayList<>();
  private final Set<LocalVariable> numeric = new HashSet<>();

  private NumericVariables() {}

  static Set<LocalVariable> of(FunctionBody body) {
    var found = new NumericVariables();
    found.block(body.block());
    int before;
    do {
      before = found.numeric.size();
      for (Flow flow : found.flows) {
        if (found.number(flow.value)) {
          found.numeric.add(flow.variable);
        }
      }
    } while (found.numeric.size() > before);
    return found.numeric;
  }

  private boolean number(Expression value) {
    return switch (value) {
      case Expression.Constant(Double _) -> true;
      case Expression.Binary binary -> arithmetic(binary);
      case Expression.Unary(UnaryOp op, _, _) -> op == UnaryOp.MINUS;
      case Expression.Call call -> NumericNames.likely(call);
      case Expression.Parenthesized(var inner) -> number(inner);
      case Expression.Local(var variable) -> numeric.contains(variable);
      default -> false;
    };
  }

  private static boolean arithmetic(Expression.Binary binary) {
    return switch (binary.op()) {
      case ADD, SUB, MUL, DIV, MOD, POW -> true;
      default -> false;
    };
  }

  private void block(Block block) {
    block.statements().forEach(this::statement);
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Statement.LocalDeclaration(var variables, var values, _) -> {
        for (int i = 0; i < Math.min(variables.size(), values.size()); i++) {
          flow(variables.get(i), values.get(i));
        }
      }
      case Statement.Assignment(var targets, var values, _) -> {
        for (int i = 0; i < Math.min(targets.size(), values.size()); i++) {
          if (targets.get(i) instanceof Expression.Local(var variable)) {
            flow(variable, values.get(i));
          }
        }
      }
      case Statement.NumericFor loop -> {
        flow(loop.variable(), new Expression.Constant(0.0));
        block(loop.body());
      }
      case Statement.Do(var block) -> block(block);
      case Statement.While loop -> block(loop.body());
      case Statement.Repeat loop -> block(loop.body());
      case Statement.GenericFor loop -> block(loop.body());
      case Statement.If branch -> {
        branch.clauses().forEach(clause -> block(clause.body()));
        if (branch.otherwise() != null) {
          block(branch.otherwise());
        }
      }
      default -> {}
    }
  }

  private void flow(LocalVariable variable, Expression value) {
    if (!variable.captured()) {
      flows.add(new Flow(variable, value));
    }
  }
}
