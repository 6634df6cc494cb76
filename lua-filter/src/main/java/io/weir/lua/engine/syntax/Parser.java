package io.weir.lua.engine.syntax;

import io.weir.lua.engine.LuaString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recursive-descent parser of Lua as LuaJIT reads it: 5.1 with {@code goto}, 5.2 escapes and
 * empty statements. Not LuaJ's: its compiler gives no columns, treats {@code _ENV} as 5.2 does and
 * reads other literals.
 */
public final class Parser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private @Nullable FunctionScope scope;

  private Parser(byte[] source) throws LuaSyntaxException {
    tokens = new TokenStream(source);
    expressions = new ExpressionParser(tokens, this);
  }

  /** Parses a whole chunk into its outermost function. */
  public static FunctionBody parse(byte[] source) throws LuaSyntaxException {
    return new Parser(source).chunk(source.length);
  }

  FunctionScope scope() {
    return java.util.Objects.requireNonNull(scope);
  }

  private FunctionBody chunk(int end) throws LuaSyntaxException {
    scope = new FunctionScope(null, tokens, 0, true);
    Block block = block(false);
    if (tokens.type() != TokenType.EOF) {
      throw tokens.expected(TokenType.EOF);
    }
    int last = tokens.line();
    return new FunctionBody(
        List.of(), true, block, List.of(), scope().slots(), scope().variables(), 0, last, 0, end);
  }

  /** A function from its parameter list on. */
  FunctionBody function(boolean method, int line) throws LuaSyntaxException {
    int start = tokens.current().start();
    tokens.expect(TokenType.OPEN_PAREN);
    var names = new ArrayList<LuaString>();
    if (method) {
      names.add(LuaString.of("self"));
    }
    boolean vararg = parameters(names);
    tokens.expect(TokenType.CLOSE_PAREN);
    var inner = new FunctionScope(scope, tokens, line, vararg);
    FunctionScope outer = scope();
    scope = inner;
    inner.enter(false);
    var parameters = new ArrayList<LocalVariable>();
    for (LuaString name : names) {
      LocalVariable variable = inner.declare(name, 0);
      inner.activate(variable);
      parameters.add(variable);
    }
    List<Statement> statements = statements();
    inner.leave();
    int last = tokens.line();
    tokens.expectClosing(TokenType.END, TokenType.FUNCTION, line);
    scope = outer;
    return new FunctionBody(
        List.copyOf(parameters),
        vararg,
        new Block(statements),
        inner.upvalues(),
        inner.slots(),
        inner.variables(),
        line,
        last,
        start,
        tokens.lastEnd());
  }

  private boolean parameters(List<LuaString> names) throws LuaSyntaxException {
    if (tokens.type() == TokenType.CLOSE_PAREN) {
      return false;
    }
    do {
      if (tokens.takeIf(TokenType.DOTS)) {
        return true;
      }
      if (tokens.type() != TokenType.NAME) {
        throw tokens.near("<name> or '...' expected");
      }
      names.add(tokens.expectName());
    } while (tokens.takeIf(TokenType.COMMA));
    return false;
  }

  // ---- blocks and statements

  private Block block(boolean loop) throws LuaSyntaxException {
    scope().enter(loop);
    List<Statement> statements = statements();
    scope().leave();
    return new Block(statements);
  }

  private boolean blockEnds() {
    return switch (tokens.type()) {
      case ELSE, ELSEIF, END, UNTIL, EOF -> true;
      default -> false;
    };
  }

  private List<Statement> statements() throws LuaSyntaxException {
    tokens.deeper();
    var list = new ArrayList<Statement>();
    boolean last = false;
    while (!last && !blockEnds()) {
      if (tokens.takeIf(TokenType.SEMICOLON)) {
        continue;
      }
      Statement statement = statement();
      list.add(statement);
      last = statement instanceof Statement.Return;
      if (last) {
        tokens.takeIf(TokenType.SEMICOLON);
      }
    }
    markTrailingLabels(list);
    tokens.shallower();
    return List.copyOf(list);
  }

  private void markTrailingLabels(List<Statement> list) {
    if (tokens.type() == TokenType.UNTIL) {
      return;
    }
    for (int i = list.size() - 1; i >= 0; i--) {
      if (!(list.get(i) instanceof Statement.LabelMark(Label label))) {
        return;
      }
      scope().trailing(label);
    }
  }

  private Statement statement() throws LuaSyntaxException {
    int line = tokens.line();
    return switch (tokens.type()) {
      case IF -> ifStatement(line);
      case WHILE -> whileStatement(line);
      case DO -> {
        tokens.take();
        Block block = block(false);
        tokens.expectClosing(TokenType.END, TokenType.DO, line);
        yield new Statement.Do(block);
      }
      case FOR -> forStatement(line);
      case REPEAT -> repeatStatement(line);
      case FUNCTION -> functionStatement(line);
      case LOCAL -> {
        tokens.take();
        yield tokens.takeIf(TokenType.FUNCTION) ? localFunction(line) : localDeclaration();
      }
      case RETURN -> {
        tokens.take();
        boolean empty = blockEnds() || tokens.type() == TokenType.SEMICOLON;
        yield new Statement.Return(empty ? List.of() : expressions.list(), line);
      }
      case BREAK -> {
        tokens.take();
        if (!scope().inLoop()) {
          throw tokens.plain("no loop to break", line);
        }
        yield new Statement.Break();
      }
      case GOTO -> {
        tokens.take();
        yield scope().jump(tokens.expectName(), line);
      }
      case LABEL -> {
        tokens.take();
        LuaString name = tokens.expectName();
        Label label = scope().label(name, line);
        tokens.expect(TokenType.LABEL);
        yield new Statement.LabelMark(label);
      }
      default -> callOrAssignment();
    };
  }

  private Statement ifStatement(int line) throws LuaSyntaxException {
    var clauses = new ArrayList<Statement.Clause>();
    do {
      tokens.take();
      Expression condition = expressions.expression();
      tokens.expect(TokenType.THEN);
      clauses.add(new Statement.Clause(condition, block(false)));
    } while (tokens.type() == TokenType.ELSEIF);
    Block otherwise = tokens.takeIf(TokenType.ELSE) ? block(false) : null;
    tokens.expectClosing(TokenType.END, TokenType.IF, line);
    return new Statement.If(List.copyOf(clauses), otherwise);
  }

  private Statement whileStatement(int line) throws LuaSyntaxException {
    tokens.take();
    Expression condition = expressions.expression();
    tokens.expect(TokenType.DO);
    Block body = block(true);
    tokens.expectClosing(TokenType.END, TokenType.WHILE, line);
    return new Statement.While(condition, body, line);
  }

  private Statement repeatStatement(int line) throws LuaSyntaxException {
    tokens.take();
    scope().enter(true);
    scope().enter(false);
    List<Statement> statements = statements();
    tokens.expectClosing(TokenType.UNTIL, TokenType.REPEAT, line);
    Expression condition = expressions.expression();
    scope().leave();
    scope().leave();
    return new Statement.Repeat(new Block(statements), condition, line);
  }

  private Statement forStatement(int line) throws LuaSyntaxException {
    tokens.take();
    LuaString first = tokens.expectName();
    return switch (tokens.type()) {
      case ASSIGN -> numericFor(first, line);
      case COMMA, IN -> genericFor(first, line);
      default -> throw tokens.near("'=' or 'in' expected");
    };
  }

  private Statement numericFor(LuaString name, int line) throws LuaSyntaxException {
    tokens.take();
    Expression start = expressions.expression();
    tokens.expect(TokenType.COMMA);
    Expression limit = expressions.expression();
    Expression step = tokens.takeIf(TokenType.COMMA) ? expressions.expression() : null;
    tokens.expect(TokenType.DO);
    scope().enter(true);
    LocalVariable variable = scope().declare(name, 0);
    scope().activate(variable);
    Block body = block(false);
    scope().leave();
    tokens.expectClosing(TokenType.END, TokenType.FOR, line);
    return new Statement.NumericFor(variable, start, limit, step, body, line);
  }

  private Statement genericFor(LuaString first, int line) throws LuaSyntaxException {
    var names = new ArrayList<LuaString>(List.of(first));
    while (tokens.takeIf(TokenType.COMMA)) {
      names.add(tokens.expectName());
    }
    tokens.expect(TokenType.IN);
    List<Expression> values = expressions.list();
    tokens.expect(TokenType.DO);
    scope().enter(true);
    var variables = new ArrayList<LocalVariable>();
    for (LuaString name : names) {
      LocalVariable variable = scope().declare(name, 0);
      scope().activate(variable);
      variables.add(variable);
    }
    Block body = block(false);
    scope().leave();
    tokens.expectClosing(TokenType.END, TokenType.FOR, line);
    return new Statement.GenericFor(List.copyOf(variables), values, body, line);
  }

  private Statement functionStatement(int line) throws LuaSyntaxException {
    tokens.take();
    Token name = tokens.expect(TokenType.NAME);
    Expression target = scope().resolve(name.name(), line);
    boolean method = false;
    while (tokens.type() == TokenType.DOT || tokens.type() == TokenType.COLON) {
      method = tokens.take().type() == TokenType.COLON;
      LuaString key = tokens.expectName();
      target = new Expression.Index(target, new Expression.Constant(key), line);
      if (method) {
        break;
      }
    }
    scope().assigned(target);
    var closure = new Expression.Closure(function(method, line));
    return new Statement.Assignment(List.of(target), List.of(closure), line);
  }

  private Statement localFunction(int line) throws LuaSyntaxException {
    LocalVariable variable = scope().declare(tokens.expectName(), 0);
    scope().activate(variable);
    return new Statement.LocalFunction(variable, function(false, line), line);
  }

  private Statement localDeclaration() throws LuaSyntaxException {
    var variables = new ArrayList<LocalVariable>();
    do {
      variables.add(scope().declare(tokens.expectName(), variables.size()));
    } while (tokens.takeIf(TokenType.COMMA));
    List<Expression> values = tokens.takeIf(TokenType.ASSIGN) ? expressions.list() : List.of();
    variables.forEach(scope()::activate);
    return new Statement.LocalDeclaration(List.copyOf(variables), values, tokens.lastLine());
  }

  private Statement callOrAssignment() throws LuaSyntaxException {
    Expression first = expressions.primary();
    if (first instanceof Expression.Call(_, _, int line)) {
      return new Statement.CallStatement(first, line);
    }
    if (first instanceof Expression.MethodCall(_, _, _, int line)) {
      return new Statement.CallStatement(first, line);
    }
    var targets = new ArrayList<Expression>();
    checkTarget(first);
    targets.add(first);
    while (tokens.takeIf(TokenType.COMMA)) {
      Expression target = expressions.primary();
      checkTarget(target);
      targets.add(target);
    }
    tokens.expect(TokenType.ASSIGN);
    List<Expression> values = expressions.list();
    targets.forEach(scope()::assigned);
    return new Statement.Assignment(List.copyOf(targets), values, tokens.lastLine());
  }

  private void checkTarget(Expression target) throws LuaSyntaxException {
    switch (target) {
      case Expression.Local _,
          Expression.UpvalueRef _,
          Expression.Global _,
          Expression.Index _ -> {}
      default -> throw tokens.near("syntax error");
    }
  }
}
