package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The {@code table} library. */
final class TableLibrary {
  private static final int MOST_RESULTS = 1_000_000;
  private static final LuaString N = LuaString.of("n");

  private TableLibrary() {}

  static void install(Functions functions) {
    functions.library("table");
    functions
        .add("foreachi", TableLibrary::foreachi)
        .add("foreach", TableLibrary::foreach)
        .add("getn", a -> (double) a.table(1).length())
        .add("maxn", TableLibrary::maxn)
        .add("insert", TableLibrary::insert)
        .add("remove", TableLibrary::remove)
        .add("move", TableLibrary::move)
        .add("concat", TableLibrary::concat)
        .add("sort", TableLibrary::sort)
        .add("unpack", TableLibrary::unpack)
        .add("pack", TableLibrary::pack);
  }

  private static @Nullable Object foreachi(Arguments a) {
    LuaTable table = a.table(1);
    LuaFunction function = a.function(2);
    int length = table.length();
    for (int i = 1; i <= length; i++) {
      Object result = Values.first(function.call((double) i, table.get(i)));
      if (result != null) {
        return result;
      }
    }
    return Values.NONE;
  }

  private static @Nullable Object foreach(Arguments a) {
    LuaTable table = a.table(1);
    LuaFunction function = a.function(2);
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      Object result = Values.first(function.call(table.keyAt(at), table.valueAt(at)));
      if (result != null) {
        return result;
      }
    }
    return Values.NONE;
  }

  private static Object maxn(Arguments a) {
    LuaTable table = a.table(1);
    double most = 0;
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      if (table.keyAt(at) instanceof Double number && number > most) {
        most = number;
      }
    }
    return most;
  }

  private static Object insert(Arguments a) {
    LuaTable table = a.table(1);
    int length = table.length();
    if (a.count() == 2) {
      table.set(length + 1, a.get(2));
      return Values.NONE;
    }
    if (a.count() != 3) {
      throw a.state().error("wrong number of arguments to 'insert'");
    }
    int at = a.integer(2);
    a.state().steps(Math.max(0, length - at) >> 3);
    for (int i = length + 1; i > at; i--) {
      table.set(i, table.get(i - 1));
    }
    table.set(at, a.get(3));
    return Values.NONE;
  }

  private static @Nullable Object remove(Arguments a) {
    LuaTable table = a.table(1);
    int length = table.length();
    if (a.count() < 2) {
      if (length == 0) {
        return Values.NONE;
      }
      Object last = table.get(length);
      table.set(length, null);
      return last;
    }
    int at = a.integer(2);
    if (at > length) {
      return length == 0 ? Values.NONE : null;
    }
    if (length == 0) {
      return Values.NONE;
    }
    Object removed = table.get(at);
    a.state().steps(Math.max(0, length - at) >> 3);
    if (at >= 1) {
      for (int i = at; i < length; i++) {
        table.set(i, table.get(i + 1));
      }
      table.set(length, null);
    }
    return removed;
  }

  private static Object move(Arguments a) {
    LuaTable from = a.table(1);
    int first = a.integer(2);
    int last = a.integer(3);
    int target = a.integer(4);
    LuaTable to = a.absent(5) ? from : a.table(5);
    if (last >= first) {
      a.state().steps(last - first >> 3);
      boolean upwards = target > last || target <= first || from != to;
      for (long i = 0; i <= (long) last - first; i++) {
        int offset = (int) (upwards ? i : (long) last - first - i);
        to.set(target + offset, from.get(first + offset));
      }
    }
    return to;
  }

  private static Object concat(Arguments a) {
    LuaTable table = a.table(1);
    LuaString separator = a.string(2, LuaString.EMPTY);
    int from = a.integer(3, 1);
    int to = a.absent(4) ? table.length() : a.integer(4);
    LuaState state = a.state();
    var out = new ByteArrayOutputStream();
    for (long i = from; i <= to; i++) {
      Object value = table.get((double) i);
      LuaString text = Texts.coerce(value);
      if (text == null) {
        throw state.error(
            "invalid value (" + Types.name(value) + ") at index " + i + " in table for 'concat'");
      }
      out.write(text.bytes(), 0, text.length());
      if (i < to) {
        out.write(separator.bytes(), 0, separator.length());
      }
      if ((i & 63) == 0) {
        state.steps(16);
      }
      if (out.size() > LuaState.MAX_STRING) {
        state.checkLength(out.size());
      }
    }
    state.steps(out.size() >> 6);
    return LuaString.own(out.toByteArray());
  }

  private static Object sort(Arguments a) {
    LuaTable table = a.table(1);
    LuaFunction order = a.absent(2) ? null : a.function(2);
    var coroutine = a.state().current();
    coroutine.forbidYield();
    int place = a.enter();
    try {
      new Sort(a.state(), table, order, place).run(1, table.length());
    } finally {
      coroutine.allowYield();
    }
    a.state().stack().leave(place);
    return Values.NONE;
  }

  static Object unpack(Arguments a) {
    LuaTable table = a.table(1);
    int from = a.integer(2, 1);
    int to = a.absent(3) ? table.length() : a.integer(3);
    if (from > to) {
      return Values.NONE;
    }
    long count = (long) to - from + 1;
    if (count > MOST_RESULTS) {
      throw a.state().error("too many results to unpack");
    }
    @Nullable Object[] values = new @Nullable Object[(int) count];
    for (int i = 0; i < count; i++) {
      values[i] = table.get(from + i);
    }
    return values;
  }

  private static Object pack(Arguments a) {
    var table = new LuaTable(a.count() + 1, 1);
    for (int i = 1; i <= a.count(); i++) {
      table.set(i, a.get(i));
    }
    table.set(N, (double) a.count());
    return table;
  }
}
