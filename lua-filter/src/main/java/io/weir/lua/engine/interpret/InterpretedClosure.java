package io.weir.lua.engine.interpret;

import io.weir.lua.engine.CallStack;
import io.weir.lua.engine.Cell;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaCode;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.TailCall;
import io.weir.lua.engine.Values;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A closure whose body the interpreter runs. */
final class InterpretedClosure extends LuaClosure {
  private final InterpretedCode prototype;
  private final LuaState state;
  private final Cell[] upvalues;

  InterpretedClosure(
      InterpretedCode prototype, LuaState state, LuaTable environment, Cell[] upvalues) {
    super(environment);
    this.prototype = prototype;
    this.state = state;
    this.upvalues = upvalues;
  }

  InterpretedCode prototype() {
    return prototype;
  }

  LuaState state() {
    return state;
  }

  @Override
  public LuaCode code() {
    return prototype;
  }

  @Override
  public Cell[] upvalues() {
    return upvalues;
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    Frame frame = enter();
    bind(frame, arguments);
    return finish(frame);
  }

  @Override
  public @Nullable Object call() {
    Frame frame = enter();
    return finish(prepare(frame));
  }

  @Override
  public @Nullable Object call(@Nullable Object a) {
    if (prototype.vararg()) {
      return super.call(a);
    }
    Frame frame = enter();
    if (prototype.parameterCount() > 0) {
      frame.slots[0] = a;
    }
    return finish(prepare(frame));
  }

  @Override
  public @Nullable Object call(@Nullable Object a, @Nullable Object b) {
    if (prototype.vararg()) {
      return super.call(a, b);
    }
    Frame frame = enter();
    int count = prototype.parameterCount();
    if (count > 0) {
      frame.slots[0] = a;
      if (count > 1) {
        frame.slots[1] = b;
      }
    }
    return finish(prepare(frame));
  }

  @Override
  public @Nullable Object call(@Nullable Object a, @Nullable Object b, @Nullable Object c) {
    if (prototype.vararg()) {
      return super.call(a, b, c);
    }
    Frame frame = enter();
    int count = prototype.parameterCount();
    if (count > 0) {
      frame.slots[0] = a;
      if (count > 1) {
        frame.slots[1] = b;
        if (count > 2) {
          frame.slots[2] = c;
        }
      }
    }
    return finish(prepare(frame));
  }

  private Frame enter() {
    CallStack stack = state.stack();
    int place = stack.enter(this);
    state.step();
    return new Frame(this, stack, place);
  }

  private void bind(Frame frame, @Nullable Object[] arguments) {
    int count = prototype.parameterCount();
    System.arraycopy(arguments, 0, frame.slots, 0, Math.min(count, arguments.length));
    if (prototype.vararg() && arguments.length > count) {
      frame.varargs =
          count == 0 ? arguments : Arrays.copyOfRange(arguments, count, arguments.length);
    }
    prepare(frame);
  }

  private Frame prepare(Frame frame) {
    if (prototype.hasCellParameters()) {
      for (var parameter : prototype.syntax().parameters()) {
        if (parameter.captured()) {
          int slot = parameter.slot();
          frame.slots[slot] = new Cell(frame.slots[slot]);
        }
      }
    }
    return frame;
  }

  private @Nullable Object finish(Frame frame) {
    Object result = body(frame);
    if (result == TailCall.PENDING) {
      result = state.tailCall().run(frame.stack, frame.place);
    }
    frame.stack.leave(frame.place);
    return result;
  }

  private @Nullable Object body(Frame frame) {
    return prototype.body().exec(frame) == Exec.RETURN ? frame.result : Values.NONE;
  }

  @Override
  public @Nullable Object run(@Nullable Object[] arguments, int place) {
    state.step();
    Frame frame = new Frame(this, state.stack(), place);
    bind(frame, arguments);
    return body(frame);
  }
}
