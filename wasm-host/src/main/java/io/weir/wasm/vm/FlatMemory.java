package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A guest's linear memory as one heap array whose length is the bounds check. Guest accesses
 * outside it throw {@link IndexOutOfBoundsException}, which ends the guest call as a trap. Host
 * code checks guest ranges with {@link #contains} first and reads {@link #bytes} again after every
 * call into the guest, because growing replaces the array.
 *
 * <p>The only {@link Memory} class in the process, so that calls on the interface stay monomorphic.
 * Public because generated code names it.
 */
public final class FlatMemory implements Memory {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  /** What the guest's imports are called on, by {@link HostMethod#receiver}; for linked code. */
  public final Object[] receivers;

  private final int initialPages;
  private final int maximumPages;
  private final MemoryQuota quota;
  private byte[] bytes;
  private DataSegment @Nullable [] segments;
  private boolean fresh = true;

  private static final int REMEMBERED = 16;
  private final short[] lastCalls = new short[REMEMBERED];
  private long calls;
  private long crossed;

  FlatMemory(int initialPages, int maximumPages, MemoryQuota quota, Object[] receivers) {
    this.initialPages = initialPages;
    this.maximumPages = maximumPages;
    this.quota = quota;
    this.receivers = receivers;
    if (!quota.take((long) initialPages * PAGE_SIZE)) {
      throw new UninstantiableException("the proxy's memory for wasm is used up");
    }
    this.bytes = new byte[initialPages * PAGE_SIZE];
  }

  private static VarHandle view(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN)
        .withInvokeExactBehavior();
  }

  // ---- for the host

  /** The present array; index = guest address. */
  public byte[] bytes() {
    return bytes;
  }

  /** Whether the unsigned range lies inside the memory. */
  public boolean contains(int pointer, int length) {
    return (pointer & 0xffff_ffffL) + (length & 0xffff_ffffL) <= bytes.length;
  }

  /** Remembers a call of an imported function; public because generated code calls it. */
  public void called(int function) {
    lastCalls[(int) calls & (REMEMBERED - 1)] = (short) function;
    calls++;
  }

  /** Calls of imported functions so far. */
  public long calls() {
    return calls;
  }

  /** The host copied bytes into the memory or out of it. */
  public void crossed(int count) {
    crossed += count;
  }

  /** Bytes that host functions copied into the memory and out of it so far. */
  public long crossed() {
    return crossed;
  }

  /** The imported functions called last, oldest first. */
  int[] lastCalls() {
    int count = (int) Math.min(calls, REMEMBERED);
    int[] last = new int[count];
    for (int i = 0; i < count; i++) {
      last[i] = lastCalls[(int) (calls - count + i) & (REMEMBERED - 1)] & 0xffff;
    }
    return last;
  }

  /**
   * Goes on with other contents.
   *
   * @param contents taken over
   * @return false when the quota does not allow it
   */
  boolean replace(byte[] contents) {
    if (!quota.take(contents.length - (long) bytes.length)) {
      return false;
    }
    bytes = contents;
    return true;
  }

  /** Goes on with the contents and the counts of a memory that is not used any more. */
  void continueFrom(FlatMemory former) {
    quota.give(bytes.length);
    bytes = former.bytes;
    segments = former.segments;
    System.arraycopy(former.lastCalls, 0, lastCalls, 0, REMEMBERED);
    calls = former.calls;
    crossed = former.crossed;
    former.bytes = new byte[0];
  }

  /** Gives the memory back to the quota; the instance is not used any more. */
  void release() {
    quota.give(bytes.length);
    bytes = new byte[0];
  }

  // ---- Memory

  @Override
  public int pages() {
    return bytes.length / PAGE_SIZE;
  }

  @Override
  public int grow(int more) {
    int old = pages();
    long wanted = (long) old + (more & 0xffff_ffffL);
    if (wanted > maximumPages || !quota.take((wanted - old) * PAGE_SIZE)) {
      return -1;
    }
    try {
      bytes = Arrays.copyOf(bytes, (int) wanted * PAGE_SIZE);
    } catch (OutOfMemoryError e) {
      quota.give((wanted - old) * PAGE_SIZE);
      return -1;
    }
    return old;
  }

  @Override
  public int initialPages() {
    return initialPages;
  }

  @Override
  public int maximumPages() {
    return maximumPages;
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    return this;
  }

  @Override
  public int waitOn(int address, int expected, long timeout) {
    throw new TrapException("memory.atomic.wait on an event loop");
  }

  @Override
  public int waitOn(int address, long expected, long timeout) {
    throw new TrapException("memory.atomic.wait on an event loop");
  }

  @Override
  public int notify(int address, int maxThreads) {
    return 0;
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
    segments = dataSegments;
    if (dataSegments == null) {
      return;
    }
    for (DataSegment segment : dataSegments) {
      if (segment instanceof ActiveDataSegment active && active.index() == memoryIndex) {
        byte[] data = active.data();
        int offset =
            (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        if (!contains(offset, data.length)) {
          throw new UninstantiableException("out of bounds memory access: data segment");
        }
        System.arraycopy(data, 0, bytes, offset, data.length);
      }
    }
    fresh = false;
  }

  @Override
  public void initPassiveSegment(int segment, int destination, int offset, int length) {
    byte[] data = segments == null ? new byte[0] : segments[segment].data();
    System.arraycopy(data, offset, bytes, destination, length);
  }

  @Override
  public void drop(int segment) {
    if (segments != null) {
      segments[segment] = PassiveDataSegment.EMPTY;
    }
  }

  @Override
  public void zero() {
    if (!fresh) {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void fill(byte value, int from, int to) {
    if (from < 0 || to < from) {
      throw new IndexOutOfBoundsException();
    }
    Arrays.fill(bytes, from, to, value);
  }

  @Override
  public void copy(int destination, int source, int length) {
    System.arraycopy(bytes, source, bytes, destination, length);
  }

  @Override
  public void write(int address, byte[] data, int offset, int length) {
    System.arraycopy(data, offset, bytes, address, length);
  }

  @Override
  public byte read(int address) {
    return bytes[address];
  }

  @Override
  public byte[] readBytes(int address, int length) {
    if (!contains(address, length)) {
      throw new IndexOutOfBoundsException();
    }
    return Arrays.copyOfRange(bytes, address, address + length);
  }

  @Override
  public void writeByte(int address, byte value) {
    bytes[address] = value;
  }

  @Override
  public short readShort(int address) {
    return (short) SHORT.get(bytes, address);
  }

  @Override
  public long readU16(int address) {
    return (short) SHORT.get(bytes, address) & 0xffffL;
  }

  @Override
  public void writeShort(int address, short value) {
    SHORT.set(bytes, address, value);
  }

  @Override
  public int readInt(int address) {
    return (int) INT.get(bytes, address);
  }

  @Override
  public void writeI32(int address, int value) {
    INT.set(bytes, address, value);
  }

  @Override
  public long readLong(int address) {
    return (long) LONG.get(bytes, address);
  }

  @Override
  public void writeLong(int address, long value) {
    LONG.set(bytes, address, value);
  }

  @Override
  public float readFloat(int address) {
    return (float) FLOAT.get(bytes, address);
  }

  @Override
  public long readF32(int address) {
    return (int) INT.get(bytes, address);
  }

  @Override
  public void writeF32(int address, float value) {
    FLOAT.set(bytes, address, value);
  }

  @Override
  public double readDouble(int address) {
    return (double) DOUBLE.get(bytes, address);
  }

  @Override
  public long readF64(int address) {
    return (long) LONG.get(bytes, address);
  }

  @Override
  public void writeF64(int address, double value) {
    DOUBLE.set(bytes, address, value);
  }
}
