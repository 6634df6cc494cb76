package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.syntax.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the places of a function that can fail or call, with the names that errors use. */
public final class Sites {
  private final List<Site> sites = new ArrayList<>();

  /**
   * @param line of the function; place 0 is where nothing of it has run yet
   */
  public Sites(int line) {
    add(line);
  }

  public List<Site> all() {
    return sites;
  }

  /** A place whose operands, if it fails, are these expressions. */
  public int add(int line, @Nullable Expression... operands) {
    return add(new Site(line, false, names(operands)));
  }

  /** A call of an expression. */
  public int addCall(int line, @Nullable Expression callee) {
    return add(new Site(line, true, names(callee)));
  }

  /** A call of a method. */
  public int addMethod(int line, LuaString name) {
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
