package io.weir.proxy.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The 64-bit hash that the C++ library of GCC uses for strings. */
public final class MurmurHash2 {
  public static final long SEED = 0xc70f6907L;

  private static final long MUL = 0xc6a4a7935bd1e995L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private MurmurHash2() {}

  public static long hash(byte[] bytes, int start, int length, long seed) {
    int aligned = start + (length & ~7);
    long hash = seed ^ length * MUL;
    for (int at = start; at < aligned; at += 8) {
      hash = (hash ^ mix((long) LONGS.get(bytes, at) * MUL) * MUL) * MUL;
    }
    int rest = length & 7;
    if (rest != 0) {
      long data = 0;
      for (int i = rest - 1; i >= 0; i--) {
        data = data << 8 | bytes[aligned + i] & 0xff;
      }
      hash = (hash ^ data) * MUL;
    }
    return mix(mix(hash) * MUL);
  }

  private static long mix(long value) {
    return value ^ value >>> 47;
  }
}
