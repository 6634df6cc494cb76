package io.weir.proxy.overload;

/** How much of an action a resource's pressure asks for, 0 to 1. */
sealed interface Trigger {
  double value(double pressure);

  /** All or nothing. */
  record Threshold(double value) implements Trigger {
    @Override
    public double value(double pressure) {
      return pressure >= value ? 1 : 0;
    }
  }

  /** Nothing up to the first mark, all from the second, and in between in proportion. */
  record Scaled(double scaling, double saturation) implements Trigger {
    @Override
    public double value(double pressure) {
      if (pressure <= scaling) {
        return 0;
      }
      return pressure >= saturation ? 1 : (pressure - scaling) / (saturation - scaling);
    }
  }
}
