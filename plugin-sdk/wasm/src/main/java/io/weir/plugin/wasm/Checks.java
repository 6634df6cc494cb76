package io.weir.plugin.wasm;

import org.teavm.runtime.ShadowStack;

/** What compiled code calls where the sandbox alone would do other than a JVM. */
public final class Checks {
  /** A thousand frames or so, of the 256 KiB that the stack of roots has. */
  private static final int MAX_STACK_BYTES = 16 << 10;

  // Made once: the trace of so many frames would take longer than a callback may.
  private static final StackOverflowError TOO_DEEP =
      new StackOverflowError("the plugin's methods call each other without end");

  private static final Object MARK = new Object();
  static Object last = MARK;
  private static int base;

  private Checks() {}

  public static int divide(int dividend, int divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("/ by zero");
    }
    return divisor == -1 ? -dividend : dividend / divisor;
  }

  public static int remainder(int dividend, int divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("/ by zero");
    }
    return divisor == -1 ? 0 : dividend % divisor;
  }

  public static long divide(long dividend, long divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("/ by zero");
    }
    return divisor == -1 ? -dividend : dividend / divisor;
  }

  public static long remainder(long dividend, long divisor) {
    if (divisor == 0) {
      throw new ArithmeticException("/ by zero");
    }
    return divisor == -1 ? 0 : dividend % divisor;
  }

  /** The size of an array that is to be made. */
  public static int size(int size) {
    if (size < 0) {
      throw new NegativeArraySizeException(Integer.toString(size));
    }
    return size;
  }

  /**
   * A method begins that may call itself. Its caller keeps the result until {@link #leave}: each
   * such frame then has a root, so that the stack of roots tells how deep it is.
   */
  public static Object enter() {
    int top = ShadowStack.getStackTop().toInt();
    if (base == 0) {
      base = top;
    }
    if (Math.abs(top - base) > MAX_STACK_BYTES) {
      throw TOO_DEEP;
    }
    return MARK;
  }

  /** A method ends. */
  public static void leave(Object mark) {
    last = mark;
  }
}
