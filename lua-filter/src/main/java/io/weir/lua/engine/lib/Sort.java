package io.weir.lua.engine.lib;

import io.weir.lua.engine.Comparison;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/**
 * The quicksort of {@code table.sort}: the same comparisons in the same order as in Lua, so that an
 * inconsistent order function is noticed, or not, in the same cases.
 */
final class Sort {
  private final LuaState state;
  private final LuaTable table;
  private final @Nullable LuaFunction order;
  private final int place;

  /**
   * @param place of {@code table.sort} on the call stack
   */
  Sort(LuaState state, LuaTable table, @Nullable LuaFunction order, int place) {
    this.state = state;
    this.table = table;
    this.order = order;
    this.place = place;
  }

  private boolean less(@Nullable Object a, @Nullable Object b) {
    state.step();
    return order == null
        ? Comparison.less(state, a, b)
        : Types.truthy(Values.first(order.call(a, b)));
  }

  private @Nullable Object get(int i) {
    return table.get(i);
  }

  /** Puts the values of two indexes into order if the one at {@code high} is less. */
  private boolean swapIfLess(int high, int low) {
    Object a = get(high);
    Object b = get(low);
    if (!less(a, b)) {
      return false;
    }
    table.set(high, b);
    table.set(low, a);
    return true;
  }

  void run(int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      swapIfLess(high, low);
      if (high - low == 1) {
        return;
      }
      int middle = (low + high) / 2;
      if (!swapIfLess(middle, low)) {
        swapIfLess(high, middle);
      }
      if (high - low == 2) {
        return;
      }
      Object pivot = get(middle);
      swap(middle, high - 1);
      int i = partition(low, high, pivot);
      if (i - low < high - i) {
        run(low, i - 1);
        low = i + 1;
      } else {
        run(i + 1, high);
        high = i - 1;
      }
    }
  }

  private int partition(int low, int high, @Nullable Object pivot) {
    int i = low;
    int j = high - 1;
    while (true) {
      while (less(get(++i), pivot)) {
        if (i >= high) {
          throw invalidOrder();
        }
      }
      while (less(pivot, get(--j))) {
        if (j <= low) {
          throw invalidOrder();
        }
      }
      if (j < i) {
        swap(high - 1, i);
        return i;
      }
      swap(i, j);
    }
  }

  private LuaError invalidOrder() {
    state.stack().leave(place);
    return state.error("invalid order function for sorting");
  }

  private void swap(int i, int j) {
    Object a = get(i);
    table.set(i, get(j));
    table.set(j, a);
  }
}
