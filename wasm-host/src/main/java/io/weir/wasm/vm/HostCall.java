package io.weir.wasm.vm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Calls a host method from code that is not linked: {@code long[]} in, {@code long[]} out. */
final class HostCall implements WasmFunctionHandle {
  private final int index;
  private final HostMethod method;
  private final Object receiver;
  private final boolean returnsValue;
  private @Nullable MethodHandle adapted;

  HostCall(int index, HostMethod method, Object receiver, boolean returnsValue) {
    this.index = index;
    this.method = method;
    this.receiver = receiver;
    this.returnsValue = returnsValue;
  }

  @Override
  @SuppressWarnings("NullAway") // The engine takes null from functions without a result.
  public long[] apply(Instance instance, long... arguments) {
    if (instance.memory() instanceof FlatMemory memory) {
      memory.called(index);
    }
    MethodHandle handle = adapted;
    if (handle == null) {
      handle = adapt();
      adapted = handle;
    }
    long result;
    try {
      result = (long) handle.invokeExact(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    return returnsValue ? new long[] {result} : null;
  }

  private MethodHandle adapt() {
    MethodHandle bound = method.handle().bindTo(receiver);
    int count = bound.type().parameterCount();
    Class<?>[] longs = new Class<?>[count];
    Arrays.fill(longs, long.class);
    return MethodHandles.explicitCastArguments(bound, MethodType.methodType(long.class, longs))
        .asSpreader(long[].class, count);
  }
}
