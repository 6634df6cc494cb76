package io.weir.wasm.guest;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** One function's instructions. Calls are by name and resolved when the module is built. */
public final class Code {
  private final List<Object> items = new ArrayList<>();
  private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final GuestBuilder guest;
  int locals;

  /** A call whose function index is not known yet. */
  record Call(String name) {}

  Code(GuestBuilder guest) {
    this.guest = guest;
  }

  // ---- plain instructions

  public Code op(int... opcodes) {
    for (int opcode : opcodes) {
      bytes.write(opcode);
    }
    return this;
  }

  public Code i32(int value) {
    bytes.write(0x41);
    GuestBuilder.signed(bytes, value);
    return this;
  }

  public Code i64(long value) {
    bytes.write(0x42);
    GuestBuilder.signed(bytes, value);
    return this;
  }

  public Code get(int local) {
    bytes.write(0x20);
    GuestBuilder.unsigned(bytes, local);
    return this;
  }

  public Code set(int local) {
    bytes.write(0x21);
    GuestBuilder.unsigned(bytes, local);
    return this;
  }

  public Code globalGet(int global) {
    bytes.write(0x23);
    GuestBuilder.unsigned(bytes, global);
    return this;
  }

  public Code globalSet(int global) {
    bytes.write(0x24);
    GuestBuilder.unsigned(bytes, global);
    return this;
  }

  /** {@code i32.load} of the address on the stack. */
  public Code load() {
    return op(0x28, 2, 0);
  }

  /** {@code i32.store}: address and value are on the stack. */
  public Code store() {
    return op(0x36, 2, 0);
  }

  public Code drop() {
    return op(0x1a);
  }

  public Code ret() {
    return op(0x0f);
  }

  public Code unreachable() {
    return op(0x00);
  }

  /** Runs {@code body} for ever. */
  public Code loopForever(java.util.function.Consumer<Code> body) {
    op(0x03, 0x40);
    body.accept(this);
    return op(0x0c, 0, 0x0b);
  }

  /** Runs {@code body} if the number on the stack is not 0. */
  public Code ifTrue(java.util.function.Consumer<Code> body) {
    op(0x04, 0x40);
    body.accept(this);
    return op(0x0b);
  }

  /** Calls a function of the guest; its arguments are on the stack. */
  public Code callRaw(String function) {
    flush();
    items.add(new Call(function));
    return this;
  }

  // ---- probes

  /**
   * Calls a host function and keeps its result. Arguments: {@code Integer}, {@code Long}, text or
   * bytes (pointer and length of a copy in the guest's data), {@link Out}, {@link Arg}, {@link
   * Ref}.
   */
  public Code host(String function, Object... arguments) {
    int slot = guest.nextResult();
    i32(slot);
    push(function, arguments);
    return store();
  }

  /** As {@link #host} for functions without a result. */
  public Code hostVoid(String function, Object... arguments) {
    push(function, arguments);
    return this;
  }

  private void push(String function, Object... arguments) {
    for (Object argument : arguments) {
      switch (argument) {
        case Integer number -> i32(number);
        case Long number -> i64(number);
        case String text ->
            pointer(guest.data(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        case byte[] data -> pointer(guest.data(data));
        case Out out -> i32(GuestBuilder.OUT + 8 * out.slot());
        case Arg arg -> get(arg.index());
        case Ref ref -> i32(GuestBuilder.OUT + 8 * ref.slot()).load();
        default -> throw new IllegalArgumentException("argument " + argument);
      }
    }
    callRaw(function);
  }

  private void pointer(int[] range) {
    i32(range[0]).i32(range[1]);
  }

  /** Copies what a host function returned in out slots {@code slot}, {@code slot + 1} aside. */
  public Code keep(int slot) {
    int at = guest.nextResult();
    guest.nextResult();
    i32(at).i32(GuestBuilder.OUT + 8 * slot).load().store();
    return i32(at + 4).i32(GuestBuilder.OUT + 8 * (slot + 1)).load().store();
  }

  /** Keeps one out slot's number. */
  public Code keepNumber(int slot) {
    int at = guest.nextResult();
    return i32(at).i32(GuestBuilder.OUT + 8 * slot).load().store();
  }

  /** Keeps one of the callback's arguments. */
  public Code keepArg(int index) {
    return i32(guest.nextResult()).get(index).store();
  }

  /** Adds one to a counter that tests read; see {@link GuestBuilder#COUNTERS}. */
  public Code count(int counter) {
    int at = GuestBuilder.COUNTERS + 4 * counter;
    return i32(at).i32(at).load().i32(1).op(0x6a).store();
  }

  /** Out slot number {@code slot}, as an argument. */
  public record Out(int slot) {}

  /** The callback's own argument. */
  public record Arg(int index) {}

  /** What out slot {@code slot} holds. */
  public record Ref(int slot) {}

  // ---- building

  private void flush() {
    if (bytes.size() > 0) {
      items.add(bytes.toByteArray());
      bytes = new ByteArrayOutputStream();
    }
  }

  List<Object> items() {
    flush();
    return items;
  }
}
