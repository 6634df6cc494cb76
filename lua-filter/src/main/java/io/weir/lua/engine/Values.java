package io.weir.lua.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Results of calls: one value, or an array of any number of them. */
public final class Values {
  public static final @Nullable Object[] NONE = {};

  private Values() {}

  /** Whether a result is an array of values rather than one value. */
  public static boolean several(@Nullable Object result) {
    return result != null && result.getClass() == Object[].class;
  }

  /** The first value, nil when there is none. */
  public static @Nullable Object first(@Nullable Object result) {
    if (result != null && result.getClass() == Object[].class) {
      @Nullable Object[] values = (@Nullable Object[]) result;
      return values.length == 0 ? null : values[0];
    }
    return result;
  }

  public static int count(@Nullable Object result) {
    if (result != null && result.getClass() == Object[].class) {
      return ((@Nullable Object[]) result).length;
    }
    return 1;
  }

  /** A value by zero-based index, nil beyond the last. */
  public static @Nullable Object get(@Nullable Object result, int index) {
    if (result != null && result.getClass() == Object[].class) {
      @Nullable Object[] values = (@Nullable Object[]) result;
      return index < values.length ? values[index] : null;
    }
    return index == 0 ? result : null;
  }

  /** All values as an array, which is not to be changed. */
  public static @Nullable Object[] all(@Nullable Object result) {
    if (result != null && result.getClass() == Object[].class) {
      return (@Nullable Object[]) result;
    }
    return new @Nullable Object[] {result};
  }

  /** A result that holds these values. */
  public static @Nullable Object of(@Nullable Object... values) {
    return values;
  }

  /** The values from an index on. */
  public static @Nullable Object[] from(@Nullable Object[] values, int index) {
    return index >= values.length
        ? NONE
        : index == 0 ? values : Arrays.copyOfRange(values, index, values.length);
  }

  /** One value in front of others. */
  public static @Nullable Object[] prepend(@Nullable Object first, @Nullable Object[] rest) {
    @Nullable Object[] all = new @Nullable Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  /** Fixed values with those of a last expression behind them. */
  public static @Nullable Object[] append(@Nullable Object[] fixed, @Nullable Object last) {
    if (last == null || last.getClass() != Object[].class) {
      @Nullable Object[] all = Arrays.copyOf(fixed, fixed.length + 1);
      all[fixed.length] = last;
      return all;
    }
    @Nullable Object[] rest = (@Nullable Object[]) last;
    @Nullable Object[] all = Arrays.copyOf(fixed, fixed.length + rest.length);
    System.arraycopy(rest, 0, all, fixed.length, rest.length);
    return all;
  }
}
