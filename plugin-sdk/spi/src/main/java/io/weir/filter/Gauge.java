package io.weir.filter;

/**
 * A worker's cell of a gauge; the gauge's value is the sum over the workers. See {@link Counter}.
 * The cell after it tells that the gauge was ever written, so that a gauge that went back to zero
 * differs from one that nobody uses.
 */
public final class Gauge {
  private final long[] cells;
  private final int index;

  /** A view of {@code cells[index]} and {@code cells[index + 1]}. */
  public Gauge(long[] cells, int index) {
    this.cells = cells;
    this.index = index;
  }

  /** A gauge that belongs to no store, for tests. */
  public static Gauge detached() {
    return new Gauge(new long[2], 0);
  }

  public void inc() {
    set(cells[index] + 1);
  }

  public void dec() {
    set(cells[index] - 1);
  }

  public void add(long amount) {
    set(cells[index] + amount);
  }

  public void set(long value) {
    cells[index] = value;
    cells[index + 1] = 1;
  }

  public long value() {
    return cells[index];
  }
}
