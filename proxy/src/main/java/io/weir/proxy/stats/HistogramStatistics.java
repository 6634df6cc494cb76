package io.weir.proxy.stats;

import java.util.Arrays;

/**
 * Non-empty bins of a histogram in ascending order, and what is computed from them. A value is
 * taken to lie anywhere in its bin, so quantiles are interpolated. Immutable.
 */
public final class HistogramStatistics {
  static final HistogramStatistics EMPTY = of(new LogLinearCounts());

  private final double[] lefts;
  private final double[] widths;
  private final long[] counts;
  private final long total;

  private HistogramStatistics(double[] lefts, double[] widths, long[] counts) {
    this.lefts = lefts;
    this.widths = widths;
    this.counts = counts;
    this.total = Arrays.stream(counts).sum();
  }

  static HistogramStatistics of(LogLinearCounts source) {
    return of(source, 1);
  }

  /**
   * @param unit what a recorded 1 stands for
   */
  static HistogramStatistics of(LogLinearCounts source, double unit) {
    int most = nonEmpty(source);
    double[] lefts = new double[most];
    double[] widths = new double[most];
    long[] counts = new long[most];
    int used = 0;
    if (source.zeros > 0) {
      counts[used++] = source.zeros;
    }
    for (int decade = 0; decade < LogLinearCounts.DECADES; decade++) {
      long[] bins = source.decades[decade];
      if (bins == null) {
        continue;
      }
      for (int bin = 0; bin < bins.length; bin++) {
        if (bins[bin] > 0) {
          // (10 + bin) tenths of the decade.
          lefts[used] = (10 + bin) * Math.pow(10, decade) / 10 * unit;
          widths[used] = Math.pow(10, decade) / 10 * unit;
          counts[used++] = bins[bin];
        }
      }
    }
    return new HistogramStatistics(lefts, widths, counts);
  }

  private static int nonEmpty(LogLinearCounts source) {
    int bins = source.zeros > 0 ? 1 : 0;
    for (long[] decade : source.decades) {
      if (decade != null) {
        for (long count : decade) {
          bins += count > 0 ? 1 : 0;
        }
      }
    }
    return bins;
  }

  /** The number of values. */
  public long count() {
    return total;
  }

  /** The sum, each value counted as its bin's middle. */
  public double sum() {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] * middle(i);
    }
    return sum;
  }

  /**
   * The value at that share (0 to 1) of all values in ascending order; NaN when there are none. The
   * values of a bin are taken to be spread over it evenly.
   */
  public double quantile(double share) {
    if (counts.length == 0) {
      return Double.NaN;
    }
    long rank = Math.min(total, Math.max(1, (long) Math.ceil(share * total)));
    long below = 0;
    int bin = 0;
    while (below + counts[bin] < rank) {
      below += counts[bin++];
    }
    return lefts[bin] + widths[bin] * (rank - below) / (counts[bin] + 1);
  }

  /** How many values lie in bins that begin at the bound or before. */
  public long countUpTo(double bound) {
    long count = 0;
    for (int i = 0; i < counts.length && lefts[i] <= bound; i++) {
      count += counts[i];
    }
    return count;
  }

  /** The number of non-empty bins. */
  public int bins() {
    return counts.length;
  }

  public double binStart(int bin) {
    return lefts[bin];
  }

  public double binWidth(int bin) {
    return widths[bin];
  }

  public long binCount(int bin) {
    return counts[bin];
  }

  // Weighted towards the lower end, where values of a log-linear scale are denser.
  private double middle(int bin) {
    double left = lefts[bin];
    double right = left + widths[bin];
    return left == 0 ? 0 : left + widths[bin] * (left / (left + right));
  }
}
