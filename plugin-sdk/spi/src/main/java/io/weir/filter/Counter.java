package io.weir.filter;

/**
 * A worker's cell of a counter. Incremented on that worker only, by a plain add; read by any thread
 * when statistics are printed, where the cells of all workers are summed.
 */
public final class Counter {
  private final long[] cells;
  private final int index;

  /** A view of {@code cells[index]}. */
  public Counter(long[] cells, int index) {
    this.cells = cells;
    this.index = index;
  }

  /** A counter that belongs to no store, for tests. */
  public static Counter detached() {
    return new Counter(new long[1], 0);
  }

  public void inc() {
    cells[index]++;
  }

  public void add(long amount) {
    cells[index] += amount;
  }

  public long value() {
    return cells[index];
  }
}
