package io.weir.lua.engine;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One script's world: globals, metatables of types, the coroutine that runs. Nothing of it is
 * shared with other states. Owned by one worker.
 */
public final class LuaState {
  /** A string may not grow beyond this many bytes. */
  public static final int MAX_STRING = 64 << 20;

  /** Nested Lua calls; an 8 MiB stack takes that many. */
  private static final int MAX_DEPTH = 6_000;

  private static final int MAX_NATIVE_DEPTH = 190;

  private final LuaTable globals = new LuaTable();
  private final LuaTable loaded = new LuaTable();
  private final TailCall tailCall = new TailCall();
  private final RandomBits random = new RandomBits();
  private final Budget budget;
  private final Coroutine main;
  private final WeakCollector collector = new WeakCollector(this);
  private final @Nullable LuaTable[] typeMetatables = new @Nullable LuaTable[8];
  private CallStack stack;
  private Coroutine current;
  private @Nullable Coroutine spareCoroutine;
  private int fuel;
  private int nativeDepth;

  public LuaState(Budget.Limits limits, LongSupplier clock) {
    budget = new Budget(limits, clock);
    main = new Coroutine(this);
    current = main;
    stack = main.stack();
    begin();
  }

  public LuaTable globals() {
    return globals;
  }

  /** {@code package.loaded}. */
  public LuaTable loaded() {
    return loaded;
  }

  public TailCall tailCall() {
    return tailCall;
  }

  public RandomBits random() {
    return random;
  }

  public WeakCollector collector() {
    return collector;
  }

  public CallStack stack() {
    return stack;
  }

  public Coroutine main() {
    return main;
  }

  public Coroutine current() {
    return current;
  }

  /** The running coroutine, as a value that the script may keep. */
  public Coroutine exposeCurrent() {
    current.expose();
    return current;
  }

  /** A coroutine for a handler's run: a new one, or one that an earlier run is done with. */
  Coroutine takeHandlerCoroutine() {
    Coroutine spare = spareCoroutine;
    if (spare == null) {
      return Coroutine.handler(this);
    }
    spareCoroutine = null;
    return spare;
  }

  /** Keeps a coroutine for the next run, unless the script has seen it. */
  void giveBack(Coroutine coroutine) {
    if (coroutine.reusable()) {
      coroutine.stack().leave(0);
      spareCoroutine = coroutine;
    }
  }

  /** Makes a coroutine the running one. */
  void switchTo(Coroutine coroutine) {
    current = coroutine;
    stack = coroutine.stack();
  }

  CallStack newStack() {
    return new CallStack(MAX_DEPTH);
  }

  /** Enters something that uses the Java stack whatever the script does: a limit like LuaJIT's. */
  void enterNative() {
    if (nativeDepth >= MAX_NATIVE_DEPTH) {
      throw error("C stack overflow");
    }
    nativeDepth++;
  }

  void leaveNative() {
    nativeDepth--;
  }

  /** The nesting of {@link #enterNative}, to be put back when another run goes on. */
  int nativeDepth() {
    return nativeDepth;
  }

  void setNativeDepth(int depth) {
    nativeDepth = depth;
  }

  // ---- budget

  /** Starts a run of the script with a fresh budget. */
  public void begin() {
    fuel = Budget.SLICE;
    budget.begin();
  }

  /** One step: a loop round or a call. */
  public void step() {
    if (--fuel < 0) {
      fuel = Budget.SLICE;
      budget.spend(stack);
    }
  }

  /** Work of a built-in that one step does not pay for. */
  public void steps(int count) {
    fuel -= count;
    if (fuel < 0) {
      fuel = Budget.SLICE;
      budget.spend(stack);
    }
  }

  /** Checks the length of a string before it is made. */
  public void checkLength(long bytes) {
    if (bytes > MAX_STRING) {
      throw new LuaError("not enough memory");
    }
    steps((int) (bytes >> 6));
  }

  // ---- metatables

  public @Nullable LuaTable metatable(@Nullable Object value) {
    return switch (value) {
      case LuaTable table -> table.metatable();
      case LuaUserdata userdata -> userdata.metatable();
      case null, default -> typeMetatables[typeIndex(value)];
    };
  }

  /** Sets the metatable of a value, or of all values of its type. */
  public void setMetatable(@Nullable Object value, @Nullable LuaTable metatable) {
    switch (value) {
      case LuaTable table -> table.setMetatable(metatable);
      case LuaUserdata userdata -> userdata.setMetatable(metatable);
      case null, default -> typeMetatables[typeIndex(value)] = metatable;
    }
  }

  private static int typeIndex(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case LuaString _ -> 1;
      case Double _ -> 2;
      case Boolean _ -> 3;
      case LuaFunction _ -> 4;
      case Coroutine _ -> 5;
      default -> 6;
    };
  }

  public @Nullable Object metamethod(@Nullable Object value, Metamethod event) {
    LuaTable metatable = metatable(value);
    return metatable == null ? null : metatable.metamethod(event);
  }

  @Nullable Object metamethod(@Nullable Object value, LuaString event) {
    LuaTable metatable = metatable(value);
    return metatable == null ? null : metatable.get(event);
  }

  // ---- errors

  /** An error at the position of the Lua function that called the running built-in. */
  public LuaError error(String message) {
    return new LuaError(LuaString.of(stack.where(1) + message));
  }

  /** {@code bad argument #i to 'name' (reason)}, with the name by which it was called. */
  public LuaError argumentError(int number, String reason) {
    Site site = stack.site(1);
    Site.Operand operand = site.call() ? site.operand(0) : null;
    String name = operand == null ? "?" : operand.name().text();
    if (operand != null && operand.kind().equals("method")) {
      if (number == 1) {
        return error("calling '" + name + "' on bad self (" + reason + ")");
      }
      return error("bad argument #" + (number - 1) + " to '" + name + "' (" + reason + ")");
    }
    return error("bad argument #" + number + " to '" + name + "' (" + reason + ")");
  }

  /**
   * {@code attempt to index field 'x' (a nil value)}.
   *
   * @param operand which operand of the current site the value is, −1 for none of them
   */
  LuaError typeError(String action, @Nullable Object value, int operand) {
    Site.Operand named = operand < 0 ? null : stack.site(1).operand(operand);
    String type = Types.name(value);
    String what =
        named == null
            ? "a " + type + " value"
            : named.kind() + " '" + named.name() + "' (a " + type + " value)";
    return error("attempt to " + action + " " + what);
  }

  /** What an error that Java threw means to Lua; rethrows what Lua must not catch. */
  public LuaError caught(Throwable thrown) {
    return switch (thrown) {
      case LuaError error -> error;
      case ScriptStop stop -> throw stop;
      case StackOverflowError _ -> error("stack overflow");
      case OutOfMemoryError _ -> new LuaError("not enough memory");
      case RuntimeException bug -> new LuaError("internal error: " + bug);
      case Error error -> throw error;
      default -> new LuaError("internal error: " + thrown);
    };
  }
}
