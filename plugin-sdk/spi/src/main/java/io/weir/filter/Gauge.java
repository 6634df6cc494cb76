package io.weir.filter;

/**
 * A worker's cell of a gauge; the gauge's value is the sum over the workers. See {@link Counter}.
 */
public final class Gauge {
  private final long[] cells;
  private final int index;

  /** A view of {@code cells[index]}. */
  public Gauge(long[] cells, int index) {
    this.cells = cells;
    this.index = index;
  }

  /** A gauge that belongs to no store, for tests. */
  public static Gauge detached() {
    return new Gauge(new long[1], 0);
  }

  public void inc() {
    cells[index]++;
  }

  public void dec() {
    cells[index]--;
  }

  public void add(long amount) {
    cells[index] += amount;
  }

  public void set(long value) {
    cells[index] = value;
  }

  public long value() {
    return cells[index];
  }
}
