package io.weir.lua.api;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Arithmetic;
import io.weir.lua.engine.LuaString;

/** {@code handle:timestamp} and {@code handle:timestampString}. */
final class Timestamps {
  private static final double MILLISECOND = 0;
  private static final double MICROSECOND = 1;

  private Timestamps() {}

  private static double resolution(Arguments a) {
    if (a.absent(2)) {
      return MILLISECOND;
    }
    Double number = Arithmetic.toNumber(a.string(2));
    return number == null ? -1 : number;
  }

  static Object timestamp(Handle self, Arguments a) {
    if (resolution(a) != MILLISECOND) {
      throw a.state().error("timestamp format must be MILLISECOND.");
    }
    return (double) self.callbacks().worker().wallMillis();
  }

  static Object timestampString(Handle self, Arguments a) {
    double resolution = resolution(a);
    long nanos = self.callbacks().worker().wallNanos();
    if (resolution == MILLISECOND) {
      return LuaString.of(Long.toString(nanos / 1_000_000));
    }
    if (resolution == MICROSECOND) {
      return LuaString.of(Long.toString(nanos / 1_000));
    }
    throw a.state().error("timestamp format must be MILLISECOND or MICROSECOND.");
  }
}
