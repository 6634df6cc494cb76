package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.BinaryOp;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.UnaryOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/** Compiles conditions to jumps. */
final class ConditionCompiler {
  private final Emitter out;
  private final CodeBuilder code;
  private final ExpressionCompiler expressions;

  ConditionCompiler(Emitter out, ExpressionCompiler expressions) {
    this.out = out;
    this.code = out.code();
    this.expressions = expressions;
  }

  /** Pushes a condition as a boolean value. */
  void value(Expression condition) {
    Label isFalse = code.newLabel();
    Label end = code.newLabel();
    jumpIfFalse(condition, isFalse);
    code.getstatic(Names.BOOLEAN, "TRUE", Names.BOOLEAN)
        .goto_(end)
        .labelBinding(isFalse)
        .getstatic(Names.BOOLEAN, "FALSE", Names.BOOLEAN)
        .labelBinding(end);
  }

  void jumpIfFalse(Expression condition, Label target) {
    jump(condition, target, false);
  }

  private void jump(Expression condition, Label target, boolean when) {
    switch (condition) {
      case Expression.Unary(UnaryOp op, var operand, _) when op == UnaryOp.NOT ->
          jump(operand, target, !when);
      case Expression.And(var left, var right) -> both(left, right, target, when, true);
      case Expression.Or(var left, var right) -> both(left, right, target, when, false);
      case Expression.Binary binary when comparison(binary.op()) -> compare(binary, target, when);
      case Expression.Parenthesized(var inner) when !inner.multiple() -> jump(inner, target, when);
      case Expression.Constant(var value) -> {
        boolean truth = value != null && value != Boolean.FALSE;
        if (truth == when) {
          code.goto_(target);
        }
      }
      default -> {
        Kind kind = expressions.one(condition);
        if (kind == Kind.NUMBER) {
          code.pop2();
          if (when) {
            code.goto_(target);
          }
          return;
        }
        out.box(kind);
        code.invokestatic(Names.TYPES, "truthy", MethodTypeDesc.of(Names.Z, Names.OBJECT));
        branch(target, when);
      }
    }
  }

  private void branch(Label target, boolean when) {
    if (when) {
      code.ifne(target);
    } else {
      code.ifeq(target);
    }
  }

  /** {@code and} jumps out early when false, {@code or} when true. */
  private void both(Expression left, Expression right, Label target, boolean when, boolean and) {
    if (when != and) {
      jump(left, target, when);
      jump(right, target, when);
      return;
    }
    Label end = code.newLabel();
    jump(left, end, !when);
    jump(right, target, when);
    code.labelBinding(end);
  }

  private static boolean comparison(BinaryOp op) {
    return switch (op) {
      case EQ, NE, LT, LE, GT, GE -> true;
      default -> false;
    };
  }

  private void compare(Expression.Binary binary, Label target, boolean when) {
    int site = out.sites().add(binary.line());
    switch (binary.op()) {
      case EQ -> equal(binary, site, target, when);
      case NE -> equal(binary, site, target, !when);
      default -> order(binary, site, target, when);
    }
  }

  private void equal(Expression.Binary binary, int site, Label target, boolean when) {
    Expression left = binary.left();
    Expression right = binary.right();
    if (right instanceof Expression.Constant(var value) && value == null) {
      expressions.object(left);
      if (when) {
        code.ifnull(target);
      } else {
        code.ifnonnull(target);
      }
      return;
    }
    Operand a = expressions.operand(left);
    Operand b = expressions.operand(right);
    Label slow = code.newLabel();
    Label end = code.newLabel();
    if (a.kind() != Kind.OBJECT || b.kind() != Kind.OBJECT) {
      out.requireNumber(a, slow);
      out.requireNumber(b, slow);
      out.loadNumber(a);
      out.loadNumber(b);
      code.dcmpl();
      if (when) {
        code.ifeq(target);
      } else {
        code.ifne(target);
      }
      if (a.number() && b.number()) {
        return;
      }
      code.goto_(end);
    }
    code.labelBinding(slow);
    out.loadObject(a);
    out.loadObject(b);
    out.operation("equal", site, Names.Z, Names.OBJECT, Names.OBJECT);
    branch(target, when);
    code.labelBinding(end);
  }

  /** Evaluates left before right, then compares {@code a < b}, {@code a <= b} or the reverse. */
  private void order(Expression.Binary binary, int site, Label target, boolean when) {
    boolean swap = binary.op() == BinaryOp.GT || binary.op() == BinaryOp.GE;
    boolean strict = binary.op() == BinaryOp.LT || binary.op() == BinaryOp.GT;
    Operand left = expressions.operand(binary.left());
    Operand right = expressions.operand(binary.right());
    Operand first = swap ? right : left;
    Operand second = swap ? left : right;
    Label slow = code.newLabel();
    Label end = code.newLabel();
    out.requireNumber(left, slow);
    out.requireNumber(right, slow);
    out.loadNumber(first);
    out.loadNumber(second);
    numberJump(strict, target, when);
    if (left.number() && right.number()) {
      return;
    }
    code.goto_(end).labelBinding(slow);
    out.loadObject(first);
    out.loadObject(second);
    out.operation(strict ? "less" : "lessEqual", site, Names.Z, Names.OBJECT, Names.OBJECT);
    branch(target, when);
    code.labelBinding(end);
  }

  /** Two doubles lie on the stack; a comparison with NaN is false. */
  private void numberJump(boolean strict, Label target, boolean when) {
    code.dcmpg();
    if (strict) {
      if (when) {
        code.iflt(target);
      } else {
        code.ifge(target);
      }
    } else if (when) {
      code.ifle(target);
    } else {
      code.ifgt(target);
    }
  }
}
