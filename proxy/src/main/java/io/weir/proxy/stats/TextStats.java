package io.weir.proxy.stats;

import io.weir.proxy.stats.StatsQuery.BucketMode;
import org.jspecify.annotations.Nullable;

/** Prints statistics a line each, {@code name: value}. */
final class TextStats {
  private static final String[] QUANTILE_NAMES = {
    "P0", "P25", "P50", "P75", "P90", "P95", "P99", "P99.5", "P99.9", "P100"
  };

  private TextStats() {}

  static String print(StatsSnapshot stats, StatsQuery query, StatsSettings settings) {
    var out = new StringBuilder();
    stats.texts.forEach(
        (name, value) -> out.append(name).append(": \"").append(value).append("\"\n"));
    stats
        .numbers()
        // Gauges are unsigned in Envoy: what has no limit is its greatest number.
        .forEach(
            (name, value) ->
                out.append(name).append(": ").append(Long.toUnsignedString(value)).append("\n"));
    stats.histograms.forEach(
        (name, snapshot) -> {
          out.append(name).append(':');
          if (snapshot.cumulative().count() == 0) {
            out.append(" No recorded values");
          } else {
            histogram(snapshot, query.buckets(), settings.bucketsOf(name), out);
          }
          out.append('\n');
        });
    return out.toString();
  }

  private static void histogram(
      HistogramSnapshot snapshot, @Nullable BucketMode mode, double[] bounds, StringBuilder out) {
    switch (mode) {
      case CUMULATIVE -> buckets(snapshot, bounds, false, out);
      case DISJOINT -> buckets(snapshot, bounds, true, out);
      case DETAILED -> {
        out.append("\n  totals=");
        bins(snapshot.cumulative(), out);
        out.append("\n  intervals=");
        bins(snapshot.interval(), out);
        out.append("\n  summary=");
        quantiles(snapshot, "", out);
      }
      case SUMMARY -> quantiles(snapshot, " ", out);
      case null -> quantiles(snapshot, " ", out);
    }
  }

  private static void quantiles(HistogramSnapshot snapshot, String first, StringBuilder out) {
    String separator = first;
    for (int i = 0; i < StatsNumbers.QUANTILES.length; i++) {
      double share = StatsNumbers.QUANTILES[i];
      out.append(separator).append(QUANTILE_NAMES[i]).append('(');
      out.append(StatsNumbers.shortest(snapshot.interval().quantile(share))).append(',');
      out.append(StatsNumbers.shortest(snapshot.cumulative().quantile(share))).append(')');
      separator = " ";
    }
  }

  private static void buckets(
      HistogramSnapshot snapshot, double[] bounds, boolean disjoint, StringBuilder out) {
    long intervalBefore = 0;
    long cumulativeBefore = 0;
    for (double bound : bounds) {
      long interval = snapshot.interval().countUpTo(bound);
      long cumulative = snapshot.cumulative().countUpTo(bound);
      out.append(" B").append(StatsNumbers.general(bound)).append('(');
      out.append(interval - intervalBefore).append(',');
      out.append(cumulative - cumulativeBefore).append(')');
      if (disjoint) {
        intervalBefore = interval;
        cumulativeBefore = cumulative;
      }
    }
  }

  private static void bins(HistogramStatistics statistics, StringBuilder out) {
    for (int i = 0; i < statistics.bins(); i++) {
      out.append(i == 0 ? "" : ", ");
      out.append(StatsNumbers.shortest(statistics.binStart(i))).append(',');
      out.append(StatsNumbers.shortest(statistics.binWidth(i))).append(':');
      out.append(statistics.binCount(i));
    }
  }
}
