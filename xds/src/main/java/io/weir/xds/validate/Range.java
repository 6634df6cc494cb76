package io.weir.xds.validate;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds and lists of numbers. When the upper bound lies below the lower one, protoc-gen-validate
 * means everything outside of the two.
 */
record Range(
    @Nullable BigDecimal exactly,
    @Nullable BigDecimal low,
    boolean lowIncluded,
    @Nullable BigDecimal high,
    boolean highIncluded,
    List<BigDecimal> in,
    List<BigDecimal> notIn) {

  boolean isUnbounded() {
    return exactly == null && low == null && high == null && in.isEmpty();
  }

  /**
   * @param shown how to name the value in the answer
   */
  @Nullable String violation(BigDecimal value, String shown) {
    if (exactly != null && value.compareTo(exactly) != 0) {
      return shown + " must be " + exactly;
    }
    if (!in.isEmpty() && !contains(in, value)) {
      return shown + " must be one of " + in;
    }
    if (contains(notIn, value)) {
      return shown + " is not allowed";
    }
    boolean lowOk = low == null || value.compareTo(low) > (lowIncluded ? -1 : 0);
    boolean highOk = high == null || value.compareTo(high) < (highIncluded ? 1 : 0);
    boolean outside = low != null && high != null && high.compareTo(low) < 0;
    if (outside ? lowOk || highOk : lowOk && highOk) {
      return null;
    }
    String lowText = low == null ? "" : (lowIncluded ? "at least " : "greater than ") + low;
    String highText = high == null ? "" : (highIncluded ? "at most " : "less than ") + high;
    String join = lowText.isEmpty() || highText.isEmpty() ? "" : outside ? " or " : " and ";
    return shown + " must be " + lowText + join + highText;
  }

  private static boolean contains(List<BigDecimal> list, BigDecimal value) {
    return list.stream().anyMatch(item -> item.compareTo(value) == 0);
  }

  /** Takes rules by their names in validate.proto. */
  static final class Builder {
    private @Nullable BigDecimal exactly;
    private @Nullable BigDecimal low;
    private boolean lowIncluded;
    private @Nullable BigDecimal high;
    private boolean highIncluded;
    private List<BigDecimal> in = List.of();
    private List<BigDecimal> notIn = List.of();

    void bound(String name, BigDecimal value) {
      switch (name) {
        case "const" -> exactly = value;
        case "lt" -> {
          high = value;
          highIncluded = false;
        }
        case "lte" -> {
          high = value;
          highIncluded = true;
        }
        case "gt" -> {
          low = value;
          lowIncluded = false;
        }
        case "gte" -> {
          low = value;
          lowIncluded = true;
        }
        default -> throw new IllegalStateException("unknown rule " + name);
      }
    }

    void list(String name, List<BigDecimal> values) {
      if (name.equals("in")) {
        in = List.copyOf(values);
      } else {
        notIn = List.copyOf(values);
      }
    }

    Range build() {
      return new Range(exactly, low, lowIncluded, high, highIncluded, in, notIn);
    }
  }
}
