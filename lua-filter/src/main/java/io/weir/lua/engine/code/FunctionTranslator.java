package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates one function's syntax tree into something that runs. */
final class FunctionTranslator {
  private final Source source;
  private final List<Site> sites = new ArrayList<>();
  private final ExpressionTranslator expressions = new ExpressionTranslator(this);
  private final StatementTranslator statements = new StatementTranslator(this, expressions);

  private FunctionTranslator(Source source) {
    this.source = source;
  }

  static Prototype translate(Source source, FunctionBody body) {
    var translator = new FunctionTranslator(source);
    // Site 0: the function has been entered and nothing of it has run.
    translator.site(body.line());
    Exec code = translator.statements.block(body.block());
    return new Prototype(source, body, translator.sites, code);
  }

  Prototype nested(FunctionBody body) {
    return translate(source, body);
  }

  /** A place whose operands, if it fails, are these expressions. */
  int site(int line, @Nullable Expression... operands) {
    return add(new Site(line, false, names(operands)));
  }

  /** A call of an expression. */
  int callSite(int line, @Nullable Expression callee) {
    return add(new Site(line, true, names(callee)));
  }

  /** A call of a method. */
  int methodSite(int line, LuaString name) {
    List<Site.@Nullable Operand> operands = new ArrayList<>();
    operands.add(new Site.Operand("method", name));
    return add(new Site(line, true, operands));
  }

  private int add(Site site) {
    sites.add(site);
    return sites.size() - 1;
  }

  private static List<Site.@Nullable Operand> names(@Nullable Expression... operands) {
    List<Site.@Nullable Operand> names = new ArrayList<>();
    Arrays.stream(operands).forEach(operand -> names.add(name(operand)));
    return names;
  }

  private static Site.@Nullable Operand name(@Nullable Expression expression) {
    return switch (expression) {
      case Expression.Local(var variable) -> new Site.Operand("local", variable.name());
      case Expression.UpvalueRef(_, var name) -> new Site.Operand("upvalue", name);
      case Expression.Global(var name, _) -> new Site.Operand("global", name);
      case Expression.Index(_, Expression.Constant(LuaString key), _) ->
          new Site.Operand("field", key);
      case Expression.Parenthesized(var inner) -> name(inner);
      case null, default -> null;
    };
  }
}
