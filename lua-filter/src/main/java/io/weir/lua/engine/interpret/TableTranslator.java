package io.weir.lua.engine.interpret;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.code.TablePlan;
import io.weir.lua.engine.syntax.Expression;
import org.jspecify.annotations.Nullable;

/** Translates table constructors. */
final class TableTranslator {
  private final FunctionTranslator function;
  private final ExpressionTranslator expressions;

  TableTranslator(FunctionTranslator function, ExpressionTranslator expressions) {
    this.function = function;
    this.expressions = expressions;
  }

  /** Stores one item, or several, into a new table. */
  private interface Store {
    void store(Frame f, LuaTable table);
  }

  Eval constructor(Expression.TableConstructor constructor) {
    TablePlan plan = TablePlan.of(constructor);
    Store[] stores =
        plan.steps().stream().map(step -> store(step, constructor.line())).toArray(Store[]::new);
    LuaTable template = plan.template();
    if (template == null) {
      int slots = plan.slots();
      int entries = plan.entries();
      return f -> fill(new LuaTable(slots, entries), stores, f);
    }
    return f -> fill(template.copy(), stores, f);
  }

  private static LuaTable fill(LuaTable table, Store[] stores, Frame f) {
    for (Store store : stores) {
      store.store(f, table);
    }
    return table;
  }

  private Store store(TablePlan.Step step, int line) {
    return switch (step) {
      case TablePlan.Positional(int key, var expression) -> {
        Eval value = expressions.one(expression);
        yield (f, table) -> table.set(key, value.eval(f));
      }
      case TablePlan.Rest(int key, var expression) -> {
        Eval rest = expressions.result(expression);
        yield (f, table) -> table.setAll(key, Values.all(rest.eval(f)));
      }
      case TablePlan.Named(var name, var expression) -> {
        Eval value = expressions.one(expression);
        yield (f, table) -> table.set(name, value.eval(f));
      }
      case TablePlan.Computed(var key, var expression) -> {
        Eval k = expressions.one(key);
        Eval value = expressions.one(expression);
        int site = function.site(line);
        yield (f, table) -> {
          Object index = k.eval(f);
          f.at(site);
          setComputed(f.state, table, index, value.eval(f));
        };
      }
    };
  }

  static void setComputed(
      LuaState state, LuaTable table, @Nullable Object key, @Nullable Object value) {
    if (key == null || key instanceof Double number && number.isNaN()) {
      throw state.error(key == null ? "table index is nil" : "table index is NaN");
    }
    table.set(key, value);
  }
}
