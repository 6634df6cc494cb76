package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses expressions; function bodies go back to the {@link Parser}. */
final class ExpressionParser {
  private static final int UNARY_PRIORITY = 8;

  private final TokenStream tokens;
  private final Parser parser;

  ExpressionParser(TokenStream tokens, Parser parser) {
    this.tokens = tokens;
    this.parser = parser;
  }

  Expression expression() throws LuaSyntaxException {
    return binary(0);
  }

  List<Expression> list() throws LuaSyntaxException {
    var list = new ArrayList<Expression>();
    do {
      list.add(expression());
    } while (tokens.takeIf(TokenType.COMMA));
    return List.copyOf(list);
  }

  private Expression binary(int limit) throws LuaSyntaxException {
    tokens.deeper();
    Expression left = unary();
    BinaryOp op = BinaryOp.of(tokens.type());
    while (op != null && op.left() > limit) {
      tokens.take();
      Expression right = binary(op.right());
      left =
          switch (op) {
            case AND -> new Expression.And(left, right);
            case OR -> new Expression.Or(left, right);
            default -> new Expression.Binary(op, left, right, tokens.lastLine());
          };
      op = BinaryOp.of(tokens.type());
    }
    tokens.shallower();
    return left;
  }

  private Expression unary() throws LuaSyntaxException {
    UnaryOp op =
        switch (tokens.type()) {
          case NOT -> UnaryOp.NOT;
          case MINUS -> UnaryOp.MINUS;
          case HASH -> UnaryOp.LENGTH;
          default -> null;
        };
    if (op == null) {
      return simple();
    }
    tokens.take();
    Expression operand = binary(UNARY_PRIORITY);
    if (op == UnaryOp.MINUS
        && operand instanceof Expression.Constant(Double number)
        && number != 0) {
      return new Expression.Constant(-number);
    }
    return new Expression.Unary(op, operand, tokens.lastLine());
  }

  private Expression simple() throws LuaSyntaxException {
    return switch (tokens.type()) {
      case NUMBER, STRING -> new Expression.Constant(tokens.take().value());
      case NIL -> constant(null);
      case TRUE -> constant(true);
      case FALSE -> constant(false);
      case DOTS -> {
        if (!parser.scope().vararg()) {
          throw tokens.near("cannot use '...' outside a vararg function");
        }
        tokens.take();
        yield new Expression.Vararg();
      }
      case OPEN_BRACE -> table();
      case FUNCTION -> {
        int line = tokens.take().line();
        yield new Expression.Closure(parser.function(false, line));
      }
      default -> primary();
    };
  }

  private Expression constant(@Nullable Object value) throws LuaSyntaxException {
    tokens.take();
    return new Expression.Constant(value);
  }

  /** A name or a parenthesized expression with all that follows it. */
  Expression primary() throws LuaSyntaxException {
    Expression expression;
    if (tokens.type() == TokenType.NAME) {
      Token name = tokens.take();
      expression = parser.scope().resolve(name.name(), name.line());
    } else if (tokens.type() == TokenType.OPEN_PAREN) {
      int line = tokens.take().line();
      Expression inner = expression();
      tokens.expectClosing(TokenType.CLOSE_PAREN, TokenType.OPEN_PAREN, line);
      expression = new Expression.Parenthesized(inner);
    } else {
      throw tokens.near("unexpected symbol");
    }
    while (true) {
      Expression longer = suffix(expression);
      if (longer == null) {
        return expression;
      }
      expression = longer;
    }
  }

  private @Nullable Expression suffix(Expression object) throws LuaSyntaxException {
    switch (tokens.type()) {
      case DOT -> {
        tokens.take();
        LuaString name = tokens.expectName();
        return new Expression.Index(object, new Expression.Constant(name), tokens.lastLine());
      }
      case OPEN_BRACKET -> {
        tokens.take();
        Expression key = expression();
        int line = tokens.lastLine();
        tokens.expect(TokenType.CLOSE_BRACKET);
        return new Expression.Index(object, key, line);
      }
      case COLON -> {
        tokens.take();
        LuaString name = tokens.expectName();
        int line = tokens.line();
        return new Expression.MethodCall(object, name, arguments(), line);
      }
      case OPEN_PAREN, OPEN_BRACE, STRING -> {
        int line = tokens.line();
        return new Expression.Call(object, arguments(), line);
      }
      default -> {
        return null;
      }
    }
  }

  private List<Expression> arguments() throws LuaSyntaxException {
    switch (tokens.type()) {
      case STRING -> {
        return List.of(new Expression.Constant(tokens.take().value()));
      }
      case OPEN_BRACE -> {
        return List.of(table());
      }
      case OPEN_PAREN -> {
        int line = tokens.take().line();
        if (tokens.takeIf(TokenType.CLOSE_PAREN)) {
          return List.of();
        }
        List<Expression> list = list();
        tokens.expectClosing(TokenType.CLOSE_PAREN, TokenType.OPEN_PAREN, line);
        return list;
      }
      default -> throw tokens.near("function arguments expected");
    }
  }

  private Expression table() throws LuaSyntaxException {
    int line = tokens.line();
    tokens.expect(TokenType.OPEN_BRACE);
    var items = new ArrayList<Expression.Item>();
    while (tokens.type() != TokenType.CLOSE_BRACE) {
      items.add(item());
      if (!tokens.takeIf(TokenType.COMMA) && !tokens.takeIf(TokenType.SEMICOLON)) {
        break;
      }
    }
    tokens.expectClosing(TokenType.CLOSE_BRACE, TokenType.OPEN_BRACE, line);
    return new Expression.TableConstructor(List.copyOf(items), line);
  }

  private Expression.Item item() throws LuaSyntaxException {
    if (tokens.type() == TokenType.OPEN_BRACKET) {
      tokens.take();
      Expression key = expression();
      tokens.expect(TokenType.CLOSE_BRACKET);
      tokens.expect(TokenType.ASSIGN);
      return new Expression.Item(key, expression());
    }
    if (tokens.type() == TokenType.NAME && tokens.aheadType() == TokenType.ASSIGN) {
      var key = new Expression.Constant(tokens.expectName());
      tokens.take();
      return new Expression.Item(key, expression());
    }
    return new Expression.Item(null, expression());
  }
}
