package io.weir.proxy.stats;

import org.jspecify.annotations.Nullable;

/**
 * Counts in log-linear bins: zero has a bin of its own, and each power of ten has ninety, one for
 * each pair of leading decimal digits, as the histograms of Envoy have. Only decades that were hit
 * take memory.
 */
class LogLinearCounts {
  static final int BINS_PER_DECADE = 90;
  // 10^18 is the largest power of ten that a long holds.
  static final int DECADES = 19;

  private static final long[] POWERS = powers();

  // Never written: stands for a histogram whose values were all zero.
  private static final long[] @Nullable [] NONE = new long[DECADES] @Nullable [];

  long[] @Nullable [] decades = NONE;
  long zeros;
  private long count;

  /** The number of values. */
  final long count() {
    return count;
  }

  final void add(long value, long times) {
    if (value <= 0) {
      zeros += times;
    } else {
      int decade = decadeOf(value);
      bins(decade)[binOf(value, decade)] += times;
    }
    // Last, so that whoever sees it sees the value too.
    count += times;
  }

  private long[] bins(int decade) {
    if (decades == NONE) {
      decades = new long[DECADES] @Nullable [];
    }
    long[] bins = decades[decade];
    if (bins == null) {
      bins = new long[BINS_PER_DECADE];
      decades[decade] = bins;
    }
    return bins;
  }

  /** Whether anything was counted. */
  final boolean used() {
    for (long[] bins : decades) {
      if (bins != null) {
        return true;
      }
    }
    return zeros > 0;
  }

  final void addTo(LogLinearCounts target) {
    target.count += count;
    target.zeros += zeros;
    for (int decade = 0; decade < DECADES; decade++) {
      long[] bins = decades[decade];
      if (bins == null) {
        continue;
      }
      long[] to = target.bins(decade);
      for (int bin = 0; bin < BINS_PER_DECADE; bin++) {
        to[bin] += bins[bin];
      }
    }
  }

  /** These counts less earlier ones of the same histogram. */
  final LogLinearCounts minus(LogLinearCounts earlier) {
    var difference = new LogLinearCounts();
    addTo(difference);
    difference.count -= earlier.count;
    difference.zeros -= earlier.zeros;
    for (int decade = 0; decade < DECADES; decade++) {
      long[] bins = earlier.decades[decade];
      long[] to = difference.decades[decade];
      if (bins == null || to == null) {
        continue;
      }
      for (int bin = 0; bin < BINS_PER_DECADE; bin++) {
        to[bin] -= bins[bin];
      }
    }
    return difference;
  }

  private static int decadeOf(long value) {
    int decade = 0;
    while (decade < DECADES - 1 && value >= POWERS[decade + 1]) {
      decade++;
    }
    return decade;
  }

  // The two leading digits, 10 to 99, counted from 0.
  private static int binOf(long value, int decade) {
    long digits = decade == 0 ? value * 10 : value / POWERS[decade - 1];
    return (int) digits - 10;
  }

  private static long[] powers() {
    long[] powers = new long[DECADES];
    long power = 1;
    for (int i = 0; i < DECADES; i++) {
      powers[i] = power;
      power *= 10;
    }
    return powers;
  }
}
