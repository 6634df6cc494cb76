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
        if (expressions.one(condition) == Kind.NUMBER) {
          code.pop2();
          if (when) {
            code.goto_(target);
          }
          return;
        }
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
    Kind a = expressions.one(left);
    if (a == Kind.NUMBER) {
      int slot = expressions.keep(a);
      Kind b = expressions.one(right);
      if (b == Kind.NUMBER) {
        code.dload(slot).dcmpl();
        if (when) {
          code.ifeq(target);
        } else {
          code.ifne(target);
        }
        return;
      }
      int other = expressions.keep(b);
      expressions.reload(a, slot);
      expressions.reload(b, other);
    } else {
      expressions.object(right);
    }
    out.operation("equal", site, Names.Z, Names.OBJECT, Names.OBJECT);
    branch(target, when);
  }

  /** Evaluates left before right, then compares {@code a < b}, {@code a <= b} or the reverse. */
  private void order(Expression.Binary binary, int site, Label target, boolean when) {
    boolean swap = binary.op() == BinaryOp.GT || binary.op() == BinaryOp.GE;
    boolean strict = binary.op() == BinaryOp.LT || binary.op() == BinaryOp.GT;
    Kind left = expressions.one(binary.left());
    int a = expressions.keep(left);
    Kind right = expressions.one(binary.right());
    int b = expressions.keep(right);
    Kind firstKind = swap ? right : left;
    Kind secondKind = swap ? left : right;
    int first = swap ? b : a;
    int second = swap ? a : b;
    boolean numbers = left == Kind.NUMBER && right == Kind.NUMBER;
    Label slow = code.newLabel();
    Label end = code.newLabel();
    expressions.requireNumber(left, a, slow);
    expressions.requireNumber(right, b, slow);
    expressions.load(firstKind, first);
    expressions.load(secondKind, second);
    numberJump(strict, target, when);
    if (numbers) {
      return;
    }
    code.goto_(end).labelBinding(slow);
    expressions.reload(firstKind, first);
    expressions.reload(secondKind, second);
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
