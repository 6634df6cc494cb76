package io.weir.lua.engine.interpret;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.code.NestedFunctions;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.code.Sites;
import io.weir.lua.engine.code.Source;
import io.weir.lua.engine.syntax.Expression;
import io.weir.lua.engine.syntax.FunctionBody;
import org.jspecify.annotations.Nullable;

/** Translates one function's syntax tree into lambdas that run it. */
public final class FunctionTranslator {
  private final Sites sites;
  private final NestedFunctions nested;

  private FunctionTranslator(Sites sites, NestedFunctions nested) {
    this.sites = sites;
    this.nested = nested;
  }

  public static Prototype translate(Source source, FunctionBody body, NestedFunctions nested) {
    var sites = new Sites(body.line());
    var translator = new FunctionTranslator(sites, nested);
    var expressions = new ExpressionTranslator(translator);
    Exec code = new StatementTranslator(translator, expressions).block(body.block());
    return new InterpretedCode(source, body, sites.all(), code);
  }

  Prototype nested(FunctionBody body) {
    return nested.translate(body);
  }

  int site(int line, @Nullable Expression... operands) {
    return sites.add(line, operands);
  }

  int callSite(int line, @Nullable Expression callee) {
    return sites.addCall(line, callee);
  }

  int methodSite(int line, LuaString name) {
    return sites.addMethod(line, name);
  }
}
