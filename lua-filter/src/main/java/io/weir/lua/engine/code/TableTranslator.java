package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import io.weir.lua.engine.syntax.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates table constructors. Constant items go into a template that is copied, as in LuaJIT: it
 * decides how large the array part becomes, which scripts can see in the length of arrays with
 * holes.
 */
final class TableTranslator {
  private static final int LEAST_ARRAY = 3;

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
    List<Expression.Item> items = constructor.items();
    var stores = new ArrayList<Store>();
    LuaTable template = null;
    var placeholders = new ArrayList<LuaString>();
    int position = 1;
    int named = 0;
    boolean positional = false;
    for (int i = 0; i < items.size(); i++) {
      Expression.Item item = items.get(i);
      boolean constant = item.value() instanceof Expression.Constant;
      if (item.key() == null) {
        positional = true;
        int key = position++;
        if (item.value() instanceof Expression.Constant(var value)) {
          template = template != null ? template : new LuaTable(position, 0);
          template.set((double) key, value);
        } else if (i == items.size() - 1 && item.value().multiple()) {
          position--;
          Eval rest = expressions.result(item.value());
          stores.add((f, table) -> table.setAll(key, Values.all(rest.eval(f))));
        } else {
          Eval value = expressions.one(item.value());
          stores.add((f, table) -> table.set(key, value.eval(f)));
        }
        continue;
      }
      named++;
      boolean constantKey =
          item.key() instanceof Expression.Constant(var key)
              && (key instanceof LuaString || constant && key != null && !nan(key));
      if (!constantKey) {
        stores.add(computed(item.key(), item.value(), constructor.line()));
        continue;
      }
      template = template != null ? template : new LuaTable(positional ? position : 0, 0);
      Object key = ((Expression.Constant) item.key()).value();
      if (item.value() instanceof Expression.Constant(var value)) {
        template.set(key, value);
        placeholders.remove(key);
      } else if (key instanceof LuaString name) {
        template.set(name, Boolean.TRUE);
        placeholders.add(name);
        Eval value = expressions.one(item.value());
        stores.add((f, table) -> table.set(name, value.eval(f)));
      }
    }
    return build(template, placeholders, stores, positional ? position : 0, named);
  }

  private static boolean nan(@Nullable Object key) {
    return key instanceof Double number && number.isNaN();
  }

  private Store computed(Expression key, Expression value, int line) {
    Eval k = expressions.one(key);
    Eval v = expressions.one(value);
    int site = function.site(line);
    return (f, table) -> {
      Object index = k.eval(f);
      if (index == null || nan(index)) {
        f.at(site);
        throw f.state.error(index == null ? "table index is nil" : "table index is NaN");
      }
      table.set(index, v.eval(f));
    };
  }

  private static Eval build(
      @Nullable LuaTable template,
      List<LuaString> placeholders,
      List<Store> list,
      int slots,
      int named) {
    Store[] stores = list.toArray(Store[]::new);
    if (template == null) {
      int size = slots == 0 ? 0 : Math.max(slots, LEAST_ARRAY);
      return f -> fill(new LuaTable(size, named), stores, f);
    }
    template.ensureArray(slots);
    for (LuaString name : placeholders) {
      template.set(name, null);
    }
    LuaTable model = template;
    return f -> fill(model.copy(), stores, f);
  }

  private static LuaTable fill(LuaTable table, Store[] stores, Frame f) {
    for (Store store : stores) {
      store.store(f, table);
    }
    return table;
  }
}
