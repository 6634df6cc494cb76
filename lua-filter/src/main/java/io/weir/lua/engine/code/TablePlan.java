package io.weir.lua.engine.code;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.syntax.Expression;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a table constructor is carried out. Constant items go into a template that is copied, as in
 * LuaJIT: it decides how large the array part becomes, which scripts can see in the length of
 * arrays with holes.
 *
 * @param template to be copied and never changed; null to start from an empty table
 * @param slots array slots of an empty table
 * @param entries hash entries of an empty table
 * @param steps what is stored when the constructor runs, in order
 */
public record TablePlan(@Nullable LuaTable template, int slots, int entries, List<Step> steps) {
  private static final int LEAST_ARRAY = 3;

  /** One item, or several, to be stored. */
  public sealed interface Step {}

  public record Positional(int key, Expression value) implements Step {}

  /** All values of the last item, from a key on. */
  public record Rest(int key, Expression values) implements Step {}

  public record Named(LuaString key, Expression value) implements Step {}

  public record Computed(Expression key, Expression value) implements Step {}

  public static TablePlan of(Expression.TableConstructor constructor) {
    return new Planner().plan(constructor.items());
  }

  private static final class Planner {
    private final List<Step> steps = new ArrayList<>();
    private final List<LuaString> placeholders = new ArrayList<>();
    private @Nullable LuaTable template;
    private int position = 1;
    private boolean positional;
    private int named;

    TablePlan plan(List<Expression.Item> items) {
      for (int i = 0; i < items.size(); i++) {
        Expression key = items.get(i).key();
        Expression value = items.get(i).value();
        if (key == null) {
          positional(value, i == items.size() - 1);
        } else {
          named++;
          keyed(key, value);
        }
      }
      int slots = positional ? position : 0;
      if (template == null) {
        return new TablePlan(null, slots == 0 ? 0 : Math.max(slots, LEAST_ARRAY), named, steps);
      }
      template.ensureArray(slots);
      for (LuaString name : placeholders) {
        template.set(name, null);
      }
      return new TablePlan(template, 0, 0, steps);
    }

    private LuaTable template() {
      if (template == null) {
        template = new LuaTable(positional ? position : 0, 0);
      }
      return template;
    }

    private void positional(Expression value, boolean last) {
      positional = true;
      int key = position++;
      if (value instanceof Expression.Constant(var constant)) {
        template().set((double) key, constant);
      } else if (last && value.multiple()) {
        position--;
        steps.add(new Rest(key, value));
      } else {
        steps.add(new Positional(key, value));
      }
    }

    private void keyed(Expression key, Expression value) {
      if (key instanceof Expression.Constant(LuaString name)) {
        if (value instanceof Expression.Constant(var constant)) {
          template().set(name, constant);
          placeholders.remove(name);
        } else {
          template().set(name, Boolean.TRUE);
          placeholders.add(name);
          steps.add(new Named(name, value));
        }
      } else if (key instanceof Expression.Constant(var k)
          && value instanceof Expression.Constant(var constant)
          && k != null
          && !(k instanceof Double number && number.isNaN())) {
        template().set(k, constant);
      } else {
        steps.add(new Computed(key, value));
      }
    }
  }
}
