package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.Calls;
import io.weir.lua.engine.IpairsStep;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;
import io.weir.lua.engine.Metamethod;
import io.weir.lua.engine.NextFunction;
import io.weir.lua.engine.NumberReader;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import org.jspecify.annotations.Nullable;

/** The functions that are globals. */
final class BaseLibrary {
  private static final LuaString ASSERTION = LuaString.of("assertion failed!");
  private static final LuaString COLLECT = LuaString.of("collect");
  private static final Double ZERO = 0.0;

  private BaseLibrary() {}

  static void install(Functions functions, LuaHost host, LoadFunctions loading) {
    LuaState state = functions.state();
    LuaTable globals = state.globals();
    functions.into(globals);
    functions.value("_G", globals).value("_VERSION", LuaString.of("Lua 5.1"));
    state.loaded().set(LuaString.of("_G"), globals);
    functions
        .add("assert", BaseLibrary::assertTrue)
        .add("type", new TypeFunction(state, functions.nextNumber()));
    var next = new NextFunction(state, functions.nextNumber());
    functions.add("next", next).add("pairs", a -> pairs(a, next));
    var step = new IpairsStep(state, functions.nextNumber());
    functions
        .add("ipairs", a -> ipairs(a, step))
        .add("getmetatable", BaseLibrary::getmetatable)
        .add("setmetatable", BaseLibrary::setmetatable)
        .add("getfenv", BaseLibrary::getfenv)
        .add("setfenv", BaseLibrary::setfenv)
        .add("rawget", a -> a.table(1).get(a.any(2)))
        .add("rawset", BaseLibrary::rawset)
        .add("rawequal", a -> io.weir.lua.engine.Comparison.raw(a.any(1), a.any(2)))
        .add("rawlen", BaseLibrary::rawlen)
        .add("unpack", TableLibrary::unpack)
        .add("select", BaseLibrary::select)
        .add("tonumber", BaseLibrary::tonumber)
        .add("tostring", a -> Texts.toStringValue(a.state(), a.any(1)))
        .add("error", BaseLibrary::error)
        .add("pcall", new ProtectedCall(state, functions.nextNumber()))
        .add("xpcall", new HandledCall(state, functions.nextNumber()));
    loading.install(functions);
    functions
        .add("gcinfo", a -> memory())
        .add("collectgarbage", BaseLibrary::collectgarbage)
        .add("newproxy", BaseLibrary::newproxy)
        .add("print", a -> print(a, host));
  }

  private static @Nullable Object assertTrue(Arguments a) {
    if (Types.truthy(a.any(1))) {
      return a.values();
    }
    Object message = a.get(2);
    if (a.absent(2)) {
      message = ASSERTION;
    }
    if (message instanceof LuaString text) {
      throw a.state().error(text.text());
    }
    throw new LuaError(message);
  }

  private static Object pairs(Arguments a, NextFunction next) {
    Object subject = a.any(1);
    Object handler = a.state().metamethod(subject, Metamethod.PAIRS);
    if (handler != null) {
      Object result = Calls.call(a.state(), handler, subject);
      return new @Nullable Object[] {
        Values.get(result, 0), Values.get(result, 1), Values.get(result, 2)
      };
    }
    return new @Nullable Object[] {next, a.table(1), null};
  }

  private static Object ipairs(Arguments a, IpairsStep step) {
    Object subject = a.any(1);
    Object handler = a.state().metamethod(subject, Metamethod.IPAIRS);
    if (handler != null) {
      Object result = Calls.call(a.state(), handler, subject);
      return new @Nullable Object[] {
        Values.get(result, 0), Values.get(result, 1), Values.get(result, 2)
      };
    }
    return new @Nullable Object[] {step, a.table(1), ZERO};
  }

  private static @Nullable Object getmetatable(Arguments a) {
    LuaTable metatable = a.state().metatable(a.any(1));
    if (metatable == null) {
      return null;
    }
    Object shown = metatable.get(Metamethod.METATABLE.key());
    return shown != null ? shown : metatable;
  }

  private static Object setmetatable(Arguments a) {
    LuaTable table = a.table(1);
    Object given = a.get(2);
    if (a.count() < 2 || given != null && !(given instanceof LuaTable)) {
      throw a.wrong(2, "nil or table expected");
    }
    LuaTable old = table.metatable();
    if (old != null && old.get(Metamethod.METATABLE.key()) != null) {
      throw a.state().error("cannot change a protected metatable");
    }
    table.setMetatable((LuaTable) given);
    if (table.weak()) {
      a.state().collector().watchWeakTables();
    }
    return table;
  }

  private static @Nullable LuaFunction functionAt(Arguments a, boolean optional) {
    if (a.get(1) instanceof LuaFunction function) {
      return function;
    }
    int level = optional && a.absent(1) ? 1 : a.integer(1);
    if (level < 0) {
      throw a.wrong(1, "invalid level");
    }
    if (level == 0) {
      return null;
    }
    LuaFunction function = a.state().stack().function(level);
    if (function == null) {
      throw a.wrong(1, "invalid level");
    }
    return function;
  }

  private static Object getfenv(Arguments a) {
    LuaFunction function = functionAt(a, true);
    return function == null || !function.lua() ? a.state().globals() : function.environment();
  }

  private static Object setfenv(Arguments a) {
    LuaTable environment = a.table(2);
    LuaFunction function = functionAt(a, false);
    if (function == null) {
      return Values.NONE;
    }
    if (!(function instanceof LuaClosure)) {
      throw a.state().error("'setfenv' cannot change environment of given object");
    }
    function.setEnvironment(environment);
    return function;
  }

  private static Object rawset(Arguments a) {
    LuaTable table = a.table(1);
    Object key = a.any(2);
    Object value = a.any(3);
    table.set(key, value);
    return table;
  }

  private static Object rawlen(Arguments a) {
    return switch (a.get(1)) {
      case LuaString text -> (double) text.length();
      case LuaTable table -> (double) table.length();
      case null, default -> throw a.wrongType(1, "table");
    };
  }

  private static @Nullable Object select(Arguments a) {
    if (a.get(1) instanceof LuaString text && text.length() > 0 && text.at(0) == '#') {
      return (double) (a.count() - 1);
    }
    int index = a.integer(1);
    int from = index < 0 ? a.count() + index : index;
    if (from < 1 || index == 0) {
      throw a.wrong(1, "index out of range");
    }
    return Values.from(a.values(), from);
  }

  private static @Nullable Object tonumber(Arguments a) {
    Object value = a.any(1);
    int base = a.integer(2, 10);
    if (base == 10) {
      return switch (value) {
        case Double number -> number;
        case LuaString text -> NumberReader.read(text);
        case io.weir.lua.engine.LuaInt64 integer -> (double) integer.value();
        case null, default -> null;
      };
    }
    if (base < 2 || base > 36) {
      throw a.wrong(2, "base out of range");
    }
    LuaString text = Texts.coerce(value);
    if (text == null) {
      throw a.wrongType(1, "string");
    }
    return NumberReader.inBase(text, base);
  }

  private static Object error(Arguments a) {
    Object value = a.get(1);
    int level = a.integer(2, 1);
    if (level > 0) {
      LuaString text = Texts.coerce(value);
      if (text != null) {
        throw new LuaError(LuaString.of(a.state().stack().where(level)).concat(text));
      }
    }
    throw new LuaError(value);
  }

  /** {@code pcall}. It stands on the call stack while it calls. */
  private static final class ProtectedCall extends Builtin {
    ProtectedCall(LuaState state, int number) {
      super(state, "pcall", number);
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      LuaState state = state();
      Object function = new Arguments(state, this, arguments).any(1);
      var stack = state.stack();
      int place = stack.enter(this);
      try {
        Object result = Calls.invoke(state, function, Values.from(arguments, 1));
        stack.leave(place);
        return Values.prepend(true, Values.all(result));
      } catch (Throwable thrown) {
        LuaError error = state.caught(thrown);
        stack.leave(place);
        return new @Nullable Object[] {false, error.value()};
      }
    }
  }

  /** {@code xpcall}. The handler runs while the failed functions are still on the call stack. */
  private static final class HandledCall extends Builtin {
    HandledCall(LuaState state, int number) {
      super(state, "xpcall", number);
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      LuaState state = state();
      var given = new Arguments(state, this, arguments);
      LuaFunction handler = given.function(2);
      var stack = state.stack();
      int place = stack.enter(this);
      try {
        Object result = Calls.invoke(state, given.get(1), Values.from(arguments, 2));
        stack.leave(place);
        return Values.prepend(true, Values.all(result));
      } catch (Throwable thrown) {
        LuaError error = state.caught(thrown);
        Object handled = handle(state, handler, error);
        stack.leave(place);
        return Values.prepend(false, Values.all(handled));
      }
    }

    private static @Nullable Object handle(LuaState state, LuaFunction handler, LuaError error) {
      try {
        return handler.call(error.value());
      } catch (Throwable again) {
        state.caught(again);
        return LuaString.of("error in error handling");
      }
    }
  }

  private static double memory() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / 1024.0;
  }

  private static Object collectgarbage(Arguments a) {
    LuaString option = a.string(1, COLLECT);
    return switch (option.text()) {
      case "collect" -> {
        a.state().collector().collect();
        yield ZERO;
      }
      case "count" -> memory();
      case "step" -> false;
      case "stop", "restart" -> ZERO;
      case "setpause", "setstepmul" -> 200.0;
      case "isrunning" -> true;
      default -> throw a.wrong(1, "invalid option '" + option + "'");
    };
  }

  private static Object newproxy(Arguments a) {
    Object given = a.get(1);
    if (!Types.truthy(given)) {
      return new LuaUserdata(null);
    }
    LuaTable metatable;
    if (given == Boolean.TRUE) {
      metatable = new LuaTable();
    } else if (given instanceof LuaUserdata other && other.metatable() != null) {
      metatable = other.metatable();
    } else {
      throw a.wrong(1, "boolean or proxy expected");
    }
    var proxy = new LuaUserdata(metatable);
    a.state().collector().watch(proxy, metatable);
    return proxy;
  }

  private static Object print(Arguments a, LuaHost host) {
    LuaString line = LuaString.EMPTY;
    LuaString tab = LuaString.of("\t");
    for (int i = 1; i <= a.count(); i++) {
      LuaString text = Texts.toString(a.state(), a.get(i));
      line = i == 1 ? text : line.concat(tab).concat(text);
    }
    host.print(line);
    return Values.NONE;
  }
}
