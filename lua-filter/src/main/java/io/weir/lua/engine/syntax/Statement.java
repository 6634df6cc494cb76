package io.weir.lua.engine.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement. */
public sealed interface Statement {

  record LocalDeclaration(List<LocalVariable> variables, List<Expression> values, int line)
      implements Statement {}

  /** {@code local function}: the function sees its own variable. */
  record LocalFunction(LocalVariable variable, FunctionBody body, int line) implements Statement {}

  /** Targets are {@code Local}, {@code UpvalueRef}, {@code Global} or {@code Index}. */
  record Assignment(List<Expression> targets, List<Expression> values, int line)
      implements Statement {}

  record CallStatement(Expression call, int line) implements Statement {}

  record Do(Block block) implements Statement {}

  record While(Expression condition, Block body, int line) implements Statement {}

  /** The condition sees the body's variables. */
  record Repeat(Block body, Expression condition, int line) implements Statement {}

  record If(List<Clause> clauses, @Nullable Block otherwise) implements Statement {}

  /** One {@code if} or {@code elseif}. */
  record Clause(Expression condition, Block body) {}

  record NumericFor(
      LocalVariable variable,
      Expression start,
      Expression limit,
      @Nullable Expression step,
      Block body,
      int line)
      implements Statement {}

  record GenericFor(List<LocalVariable> variables, List<Expression> values, Block body, int line)
      implements Statement {}

  record Return(List<Expression> values, int line) implements Statement {}

  record Break() implements Statement {}

  /** Jumps to a label of this or an enclosing block. */
  final class Goto implements Statement {
    private @Nullable Label target;

    /** Resolved when parsing is done. */
    public Label target() {
      return java.util.Objects.requireNonNull(target);
    }

    void resolve(Label label) {
      target = label;
    }
  }

  record LabelMark(Label label) implements Statement {}
}
