package io.weir.lua.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Lua functions that run on one coroutine, and where each of them is. Built-in functions appear
 * only while they call back. An error leaves entries behind; whoever catches it cuts them off.
 */
public final class CallStack {
  private static final LuaFunction[] NO_FUNCTIONS = {};

  private LuaFunction[] functions = NO_FUNCTIONS;
  private int[] sites = {};
  private int depth;
  private final int limit;

  CallStack(int limit) {
    this.limit = limit;
  }

  /** Enters a function; returns its place for {@link #at}. */
  public int enter(LuaFunction function) {
    int place = depth;
    if (place == functions.length) {
      grow();
    }
    functions[place] = function;
    sites[place] = 0;
    depth = place + 1;
    return place;
  }

  private void grow() {
    if (depth >= limit) {
      throw new LuaError(where(1) + "stack overflow");
    }
    functions = Arrays.copyOf(functions, Math.min(limit, Math.max(16, depth * 2)));
    sites = Arrays.copyOf(sites, functions.length);
  }

  /** Leaves the function at a place, and all above it. */
  public void leave(int place) {
    depth = place;
  }

  /** Replaces the function at a place, for a tail call. */
  public void replace(int place, LuaFunction function) {
    functions[place] = function;
    depth = place + 1;
  }

  public int depth() {
    return depth;
  }

  /** Notes where in its code the function at a place is. */
  public void at(int place, int site) {
    sites[place] = site;
  }

  /**
   * A running function by level.
   *
   * @param level 1 is the function that called the running built-in
   * @return null beyond the outermost
   */
  public @Nullable LuaFunction function(int level) {
    int place = depth - level;
    return level > 0 && place >= 0 ? functions[place] : null;
  }

  /** Where a running function is; of no use for built-in ones. */
  public Site site(int level) {
    int place = depth - level;
    if (level > 0 && place >= 0 && functions[place] instanceof LuaClosure closure) {
      return closure.code().site(sites[place]);
    }
    return Site.NONE;
  }

  /** {@code chunk:line: } of a level, or the empty string. */
  public String where(int level) {
    if (function(level) instanceof LuaClosure closure) {
      return closure.code().chunk() + ":" + site(level).line() + ": ";
    }
    return "";
  }

  /** The text that {@code debug.traceback} gives, below its message. */
  public String traceback(int firstLevel) {
    var text = new StringBuilder("stack traceback:");
    for (int level = firstLevel; function(level) != null; level++) {
      if (level - firstLevel == 12 && depth - level > 11) {
        text.append("\n\t...");
        level = depth - 10;
      }
      text.append("\n\t").append(line(level));
    }
    return text.toString();
  }

  private String line(int level) {
    if (!(function(level) instanceof LuaClosure closure)) {
      return "[C]: in function " + name(level + 1, "?");
    }
    LuaCode code = closure.code();
    String where = code.chunk() + ":" + site(level).line() + ": in ";
    if (code.line() == 0) {
      return where + "main chunk";
    }
    return where + "function " + name(level + 1, "<" + code.chunk() + ":" + code.line() + ">");
  }

  private String name(int callerLevel, String otherwise) {
    Site site = site(callerLevel);
    Site.Operand operand = site.call() ? site.operand(0) : null;
    return operand == null ? otherwise : "'" + operand.name() + "'";
  }
}
