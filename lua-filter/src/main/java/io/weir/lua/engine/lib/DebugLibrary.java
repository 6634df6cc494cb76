package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.Coroutine;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaCode;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;
import io.weir.lua.engine.Site;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** The {@code debug} library, as far as it does not look into running functions' variables. */
final class DebugLibrary {
  private DebugLibrary() {}

  static void install(Functions functions) {
    functions.library("debug");
    var registry = new LuaTable();
    functions
        .add("getregistry", a -> registry)
        .add("getmetatable", a -> a.state().metatable(a.any(1)))
        .add("setmetatable", DebugLibrary::setmetatable)
        .add("getfenv", DebugLibrary::getfenv)
        .add("setfenv", DebugLibrary::setfenv)
        .add("getinfo", DebugLibrary::getinfo)
        .add("getlocal", DebugLibrary::getlocal)
        .add("setlocal", a -> Values.NONE)
        .add("getupvalue", DebugLibrary::getupvalue)
        .add("setupvalue", DebugLibrary::setupvalue)
        .add("upvalueid", DebugLibrary::upvalueid)
        .add("upvaluejoin", DebugLibrary::upvaluejoin)
        .add("sethook", a -> Values.NONE)
        .add("gethook", a -> new @Nullable Object[] {null, LuaString.EMPTY, 0.0})
        .add("debug", a -> Values.NONE)
        .add("traceback", DebugLibrary::traceback)
        .add("getuservalue", a -> null)
        .add("setuservalue", a -> a.get(1));
  }

  private static @Nullable Object setmetatable(Arguments a) {
    Object given = a.get(2);
    if (a.count() < 2 || given != null && !(given instanceof LuaTable)) {
      throw a.wrong(2, "nil or table expected");
    }
    a.state().setMetatable(a.get(1), (LuaTable) given);
    return a.get(1);
  }

  private static @Nullable Object getfenv(Arguments a) {
    return switch (a.any(1)) {
      case LuaFunction function -> function.environment();
      case Coroutine _, LuaUserdata _ -> a.state().globals();
      case null, default -> null;
    };
  }

  private static @Nullable Object setfenv(Arguments a) {
    LuaTable environment = a.table(2);
    if (!(a.get(1) instanceof LuaFunction function)) {
      throw a.state().error("'setfenv' cannot change environment of given object");
    }
    function.setEnvironment(environment);
    return function;
  }

  private static @Nullable Object getinfo(Arguments a) {
    int first = a.get(1) instanceof Coroutine ? 2 : 1;
    String what = a.string(first + 1, LuaString.of("nSluf")).text();
    if (what.chars().anyMatch(letter -> "nSlufLr".indexOf(letter) < 0)) {
      throw a.wrong(first + 1, "invalid option");
    }
    CallStack stack = a.state().stack();
    LuaFunction function;
    int level = -1;
    if (a.get(first) instanceof LuaFunction given) {
      function = given;
    } else {
      if (io.weir.lua.engine.Arithmetic.toNumber(a.get(first)) == null) {
        throw a.wrong(first, "function or level expected");
      }
      level = a.integer(first);
      function = level == 0 ? null : stack.function(level);
      if (level < 0 || level > 0 && function == null) {
        return null;
      }
    }
    return describe(function, level, what, stack);
  }

  private static LuaTable describe(
      @Nullable LuaFunction function, int level, String what, CallStack stack) {
    var info = new LuaTable();
    LuaCode code = function instanceof LuaClosure closure ? closure.code() : null;
    if (what.contains("S")) {
      put(info, "source", code == null ? LuaString.of("=[C]") : code.chunkName());
      put(info, "short_src", LuaString.of(code == null ? "[C]" : code.chunk()));
      put(info, "linedefined", code == null ? -1.0 : (double) code.line());
      put(info, "lastlinedefined", code == null ? -1.0 : (double) code.lastLine());
      put(info, "what", LuaString.of(code == null ? "C" : code.line() == 0 ? "main" : "Lua"));
    }
    if (what.contains("l")) {
      put(
          info,
          "currentline",
          code == null || level < 0 ? -1.0 : (double) stack.site(level).line());
    }
    if (what.contains("u")) {
      put(info, "nups", code == null ? 0.0 : (double) code.upvalueNames().size());
      put(info, "nparams", code == null ? 0.0 : (double) code.parameterCount());
      put(info, "isvararg", code == null || code.vararg());
    }
    if (what.contains("n")) {
      Site site = level < 0 ? null : stack.site(level + 1);
      Site.Operand name =
          site == null || !site.call() || site.operands().isEmpty() ? null : site.operands().get(0);
      put(info, "namewhat", LuaString.of(name == null ? "" : name.kind()));
      put(info, "name", name == null ? null : name.name());
    }
    if (what.contains("f")) {
      put(info, "func", function);
    }
    return info;
  }

  private static void put(LuaTable table, String key, @Nullable Object value) {
    table.set(LuaString.of(key), value);
  }

  private static @Nullable Object getlocal(Arguments a) {
    int first = a.get(1) instanceof Coroutine ? 2 : 1;
    a.number(first + 1);
    if (a.get(first) instanceof LuaFunction) {
      return null;
    }
    if (a.state().stack().function(a.integer(first)) == null) {
      throw a.wrong(first, "level out of range");
    }
    return null;
  }

  private static @Nullable Cell cell(Arguments a) {
    int index = a.integer(2);
    if (a.function(1) instanceof LuaClosure closure
        && index >= 1
        && index <= closure.upvalues().length) {
      return closure.upvalues()[index - 1];
    }
    return null;
  }

  private static LuaString upvalueName(Arguments a) {
    return ((LuaClosure) a.function(1)).code().upvalueNames().get(a.integer(2) - 1);
  }

  private static Object getupvalue(Arguments a) {
    Cell cell = cell(a);
    return cell == null ? Values.NONE : new @Nullable Object[] {upvalueName(a), cell.value};
  }

  private static Object setupvalue(Arguments a) {
    Object value = a.any(3);
    Cell cell = cell(a);
    if (cell == null) {
      return Values.NONE;
    }
    cell.value = value;
    return upvalueName(a);
  }

  private static Object upvalueid(Arguments a) {
    if (cell(a) == null) {
      throw a.wrong(2, "index out of range");
    }
    return new LuaUserdata(null);
  }

  private static Object upvaluejoin(Arguments a) {
    int into = a.integer(2);
    int from = a.integer(4);
    if (a.function(1) instanceof LuaClosure one
        && a.function(3) instanceof LuaClosure other
        && into >= 1
        && into <= one.upvalues().length
        && from >= 1
        && from <= other.upvalues().length) {
      one.upvalues()[into - 1] = other.upvalues()[from - 1];
      return Values.NONE;
    }
    throw a.wrong(2, "index out of range");
  }

  private static @Nullable Object traceback(Arguments a) {
    int first = 1;
    CallStack stack = a.state().stack();
    boolean other = a.get(1) instanceof Coroutine;
    if (other) {
      first = 2;
    }
    Object message = a.get(first);
    if (message != null && io.weir.lua.engine.Texts.coerce(message) == null) {
      return message;
    }
    int level = a.integer(first + 1, 1);
    String head = message == null ? "" : io.weir.lua.engine.Texts.plain(message).latin1() + "\n";
    String trace =
        other
            ? ((Coroutine) java.util.Objects.requireNonNull(a.get(1))).traceback()
            : stack.traceback(Math.max(1, level));
    return LuaString.latin1(head + trace);
  }
}
