package io.weir.filter.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recursive descent over CEL's grammar; comprehensions and messages are not in it. */
final class Parser {
  private static final int MAX_DEPTH = 64;
  private static final Set<String> RELATIONS = Set.of("==", "!=", "<", "<=", ">", ">=", "in");

  private final List<Token> tokens;
  private int at;
  private int depth;

  Parser(String text) throws CelException {
    this.tokens = new Lexer(text).tokens();
  }

  Expression parse() throws CelException {
    Expression expression = expression();
    if (at < tokens.size()) {
      throw new CelException("unexpected " + tokens.get(at).text());
    }
    return expression;
  }

  private Expression expression() throws CelException {
    if (++depth > MAX_DEPTH) {
      throw new CelException("nested too deep");
    }
    Expression condition = or();
    if (accept("?")) {
      Expression yes = or();
      expect(":");
      condition = new Expression.Choice(condition, yes, expression());
    }
    depth--;
    return condition;
  }

  private Expression or() throws CelException {
    Expression left = and();
    while (accept("||")) {
      left = new Expression.Logical(left, and(), true);
    }
    return left;
  }

  private Expression and() throws CelException {
    Expression left = relation();
    while (accept("&&")) {
      left = new Expression.Logical(left, relation(), false);
    }
    return left;
  }

  private Expression relation() throws CelException {
    Expression left = sum();
    for (String operator = peek(); RELATIONS.contains(operator); operator = peek()) {
      at++;
      left = call(operator, left, sum());
    }
    return left;
  }

  private Expression sum() throws CelException {
    Expression left = product();
    for (String operator = peek();
        operator.equals("+") || operator.equals("-");
        operator = peek()) {
      at++;
      left = call(operator, left, product());
    }
    return left;
  }

  private Expression product() throws CelException {
    Expression left = unary();
    for (String operator = peek();
        operator.equals("*") || operator.equals("/") || operator.equals("%");
        operator = peek()) {
      at++;
      left = call(operator, left, unary());
    }
    return left;
  }

  private Expression unary() throws CelException {
    if (++depth > MAX_DEPTH) {
      throw new CelException("nested too deep");
    }
    Expression result;
    if (accept("!")) {
      result = call("!", unary());
    } else if (accept("-")) {
      result = call("-", unary());
    } else {
      result = member();
    }
    depth--;
    return result;
  }

  private Expression member() throws CelException {
    Expression target = primary();
    while (true) {
      if (accept(".")) {
        String name = name();
        if (peek().equals("(")) {
          var arguments = new ArrayList<Expression>();
          arguments.add(target);
          arguments(")", arguments);
          target = function(name, arguments);
        } else {
          target = new Expression.Member(target, new Expression.Literal(name));
        }
      } else if (accept("[")) {
        target = new Expression.Member(target, expression());
        expect("]");
      } else {
        return target;
      }
    }
  }

  private Expression primary() throws CelException {
    if (accept("(")) {
      Expression inner = expression();
      expect(")");
      return inner;
    }
    if (peek().equals("[")) {
      var items = new ArrayList<Expression>();
      arguments("]", items);
      return new Expression.ListOf(items);
    }
    if (accept("{")) {
      return map();
    }
    if (at >= tokens.size()) {
      throw new CelException("the expression ends too early");
    }
    Token token = tokens.get(at++);
    Object constant = token.constant();
    if (constant != null) {
      return new Expression.Literal(constant);
    }
    if (!token.isName()) {
      throw new CelException("unexpected " + token.text());
    }
    if (!peek().equals("(")) {
      return new Expression.Name(token.text());
    }
    var arguments = new ArrayList<Expression>();
    arguments(")", arguments);
    return function(token.text(), arguments);
  }

  private Expression map() throws CelException {
    var entries = new ArrayList<Expression>();
    while (!accept("}")) {
      entries.add(expression());
      expect(":");
      entries.add(expression());
      if (!accept(",") && !peek().equals("}")) {
        throw new CelException("a map entry must end with a comma");
      }
    }
    return new Expression.MapOf(entries);
  }

  private static Expression function(String name, List<Expression> arguments) throws CelException {
    if (name.equals("has")
        && arguments.size() == 1
        && arguments.getFirst() instanceof Expression.Member member) {
      return new Expression.Has(member);
    }
    if (!Functions.exists(name, arguments.size())) {
      throw new CelException("no function " + name + " of " + arguments.size() + " arguments");
    }
    return new Expression.Call(name, List.copyOf(arguments));
  }

  private static Expression call(String operator, Expression... arguments) {
    return new Expression.Call(operator, List.of(arguments));
  }

  /** From the opening bracket to {@code end}. */
  private void arguments(String end, List<Expression> into) throws CelException {
    at++;
    while (!accept(end)) {
      into.add(expression());
      if (!accept(",") && !peek().equals(end)) {
        throw new CelException("expected , or " + end);
      }
    }
  }

  private String name() throws CelException {
    if (at >= tokens.size() || !tokens.get(at).isName()) {
      throw new CelException("a name must follow the dot");
    }
    return tokens.get(at++).text();
  }

  /** The next operator or keyword, or the empty text. */
  private String peek() {
    Token next = at < tokens.size() ? tokens.get(at) : null;
    return next == null || next.constant() != null ? "" : next.text();
  }

  private boolean accept(String symbol) {
    if (peek().equals(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String symbol) throws CelException {
    if (!accept(symbol)) {
      throw new CelException("expected " + symbol);
    }
  }

  /**
   * A word of an expression.
   *
   * @param constant the value of a literal, or null
   */
  record Token(String text, @Nullable Object constant) {
    boolean isName() {
      return constant == null
          && !text.equals("in")
          && (Character.isLetter(text.charAt(0)) || text.charAt(0) == '_');
    }
  }
}
