package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression. Lines are those that LuaJIT names when it fails. */
public sealed interface Expression {

  /** Nil (null), a boolean, a number or a string. */
  record Constant(@Nullable Object value) implements Expression {}

  record Vararg() implements Expression {}

  record Closure(FunctionBody body) implements Expression {}

  record Local(LocalVariable variable) implements Expression {}

  /**
   * @param index among the function's upvalues
   */
  record UpvalueRef(int index, LuaString name) implements Expression {}

  record Global(LuaString name, int line) implements Expression {}

  record Index(Expression object, Expression key, int line) implements Expression {}

  record Call(Expression function, List<Expression> arguments, int line) implements Expression {}

  record MethodCall(Expression object, LuaString name, List<Expression> arguments, int line)
      implements Expression {}

  /** Any binary operator but {@code and} and {@code or}. */
  record Binary(BinaryOp op, Expression left, Expression right, int line) implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  record Unary(UnaryOp op, Expression operand, int line) implements Expression {}

  /** Cuts several values to one. */
  record Parenthesized(Expression inner) implements Expression {}

  /** A table constructor; the items in source order. */
  record TableConstructor(List<Item> items, int line) implements Expression {}

  /**
   * An item of a table constructor.
   *
   * @param key null for a positional item
   */
  record Item(@Nullable Expression key, Expression value) {}

  /** Whether the expression can give other than one value. */
  default boolean multiple() {
    return this instanceof Call || this instanceof MethodCall || this instanceof Vararg;
  }
}
