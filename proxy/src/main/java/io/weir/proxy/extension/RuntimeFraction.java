package io.weir.proxy.extension;

import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.type.v3.FractionalPercent;

/**
 * A compiled {@code RuntimeFractionalPercent}: how often something happens. Immutable.
 *
 * @param key the runtime key that overrides the default, empty for none
 */
public record RuntimeFraction(Runtime runtime, String key, long numerator, long denominator) {

  /** Always. */
  public static final RuntimeFraction ALWAYS = new RuntimeFraction(Runtime.EMPTY, "", 100, 100);

  public static RuntimeFraction of(RuntimeFractionalPercent percent, Runtime runtime) {
    FractionalPercent value = percent.getDefaultValue();
    return new RuntimeFraction(
        runtime, percent.getRuntimeKey(), value.getNumerator(), denominator(value));
  }

  public static RuntimeFraction of(FractionalPercent percent) {
    return new RuntimeFraction(Runtime.EMPTY, "", percent.getNumerator(), denominator(percent));
  }

  public static long denominator(FractionalPercent percent) {
    return switch (percent.getDenominator()) {
      case TEN_THOUSAND -> 10_000;
      case MILLION -> 1_000_000;
      default -> 100;
    };
  }

  /**
   * Whether it happens this time.
   *
   * @param random uniform; the sign is ignored
   */
  public boolean hits(long random) {
    long n = numerator;
    long d = denominator;
    if (!key.isEmpty()) {
      Runtime.Entry entry = runtime.find(key);
      if (entry != null && entry.numerator() >= 0) {
        n = entry.numerator();
        d = entry.denominator();
      } else if (entry != null && entry.numeric()) {
        n = (long) entry.number();
        d = 100;
      }
    }
    return (random & Long.MAX_VALUE) % d < n;
  }
}
