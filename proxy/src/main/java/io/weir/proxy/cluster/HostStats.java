package io.weir.proxy.cluster;

import org.jspecify.annotations.Nullable;

/**
 * The numbers of one host. Each worker writes its own row by plain adds; whoever reads sums the
 * rows and may see them a little late.
 */
public final class HostStats {
  /** What is counted, in the order in which {@code /clusters} prints. */
  public enum Kind {
    CX_ACTIVE("cx_active", true),
    CX_CONNECT_FAIL("cx_connect_fail", false),
    CX_TOTAL("cx_total", false),
    RQ_ACTIVE("rq_active", true),
    RQ_ERROR("rq_error", false),
    RQ_SUCCESS("rq_success", false),
    RQ_TIMEOUT("rq_timeout", false),
    RQ_TOTAL("rq_total", false);

    private final String text;
    private final boolean gauge;

    Kind(String text, boolean gauge) {
      this.text = text;
      this.gauge = gauge;
    }

    public String text() {
      return text;
    }

    public boolean gauge() {
      return gauge;
    }
  }

  private static final int KINDS = Kind.values().length;

  // A row per worker that has used the host, padded so that workers do not share cache lines.
  private final long[] @Nullable [] rows;

  HostStats(int workers) {
    this.rows = new long[workers][];
  }

  private long[] row(int worker) {
    long[] row = rows[worker];
    if (row == null) {
      row = new long[KINDS + 8];
      rows[worker] = row;
    }
    return row;
  }

  public void add(int worker, Kind kind, long amount) {
    row(worker)[kind.ordinal()] += amount;
  }

  public void inc(int worker, Kind kind) {
    row(worker)[kind.ordinal()]++;
  }

  public void dec(int worker, Kind kind) {
    row(worker)[kind.ordinal()]--;
  }

  public long value(Kind kind) {
    long sum = 0;
    for (long[] row : rows) {
      if (row != null) {
        sum += row[kind.ordinal()];
      }
    }
    return sum;
  }
}
