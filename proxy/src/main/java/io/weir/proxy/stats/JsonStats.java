package io.weir.proxy.stats;

import io.weir.proxy.stats.StatsQuery.BucketMode;
import java.util.StringJoiner;

/** Prints statistics as JSON: one object a statistic, and one for all histograms. */
final class JsonStats {
  private JsonStats() {}

  static String print(StatsSnapshot stats, StatsQuery query, StatsSettings settings) {
    var list = new StringJoiner(",", "{\"stats\":[", "]}");
    stats.texts.forEach((name, value) -> list.add(entry(name, quote(value))));
    stats.numbers().forEach((name, value) -> list.add(entry(name, Long.toString(value))));
    if (!stats.histograms.isEmpty()) {
      list.add("{\"histograms\":" + histograms(stats, query, settings) + "}");
    }
    return list.toString();
  }

  private static String histograms(StatsSnapshot stats, StatsQuery query, StatsSettings settings) {
    BucketMode mode = query.buckets();
    return switch (mode) {
      case CUMULATIVE, DISJOINT -> {
        var list = new StringJoiner(",", "[", "]");
        stats.histograms.forEach(
            (name, snapshot) ->
                list.add(
                    "{\"name\":"
                        + quote(name)
                        + ",\"buckets\":"
                        + buckets(snapshot, settings.bucketsOf(name), mode == BucketMode.DISJOINT)
                        + "}"));
        yield list.toString();
      }
      case DETAILED -> {
        var list =
            new StringJoiner(
                ",", "{\"supported_percentiles\":" + shares() + ",\"details\":[", "]}");
        stats.histograms.forEach(
            (name, snapshot) ->
                list.add(
                    "{\"name\":"
                        + quote(name)
                        + ",\"totals\":"
                        + bins(snapshot.cumulative())
                        + ",\"intervals\":"
                        + bins(snapshot.interval())
                        + ",\"percentiles\":"
                        + quantiles(snapshot)
                        + "}"));
        yield list.toString();
      }
      case SUMMARY -> summary(stats);
      case null -> summary(stats);
    };
  }

  private static String summary(StatsSnapshot stats) {
    var list =
        new StringJoiner(
            ",", "{\"supported_quantiles\":" + shares() + ",\"computed_quantiles\":[", "]}");
    stats.histograms.forEach(
        (name, snapshot) ->
            list.add("{\"name\":" + quote(name) + ",\"values\":" + quantiles(snapshot) + "}"));
    return list.toString();
  }

  private static String shares() {
    var list = new StringJoiner(",", "[", "]");
    for (double share : StatsNumbers.QUANTILES) {
      list.add(StatsNumbers.shortest(Math.round(share * 1000) / 10.0));
    }
    return list.toString();
  }

  private static String quantiles(HistogramSnapshot snapshot) {
    var list = new StringJoiner(",", "[", "]");
    for (double share : StatsNumbers.QUANTILES) {
      list.add(
          "{\"cumulative\":"
              + number(snapshot.cumulative().quantile(share))
              + ",\"interval\":"
              + number(snapshot.interval().quantile(share))
              + "}");
    }
    return list.toString();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "null" : StatsNumbers.json(value);
  }

  private static String buckets(HistogramSnapshot snapshot, double[] bounds, boolean disjoint) {
    var list = new StringJoiner(",", "[", "]");
    long intervalBefore = 0;
    long cumulativeBefore = 0;
    for (double bound : bounds) {
      long interval = snapshot.interval().countUpTo(bound);
      long cumulative = snapshot.cumulative().countUpTo(bound);
      list.add(
          "{\"upper_bound\":"
              + StatsNumbers.json(bound)
              + ",\"interval\":"
              + (interval - intervalBefore)
              + ",\"cumulative\":"
              + (cumulative - cumulativeBefore)
              + "}");
      if (disjoint) {
        intervalBefore = interval;
        cumulativeBefore = cumulative;
      }
    }
    return list.toString();
  }

  private static String bins(HistogramStatistics statistics) {
    var list = new StringJoiner(",", "[", "]");
    for (int i = 0; i < statistics.bins(); i++) {
      list.add(
          "{\"lower_bound\":"
              + StatsNumbers.json(statistics.binStart(i))
              + ",\"width\":"
              + StatsNumbers.json(statistics.binWidth(i))
              + ",\"count\":"
              + statistics.binCount(i)
              + "}");
    }
    return list.toString();
  }

  private static String entry(String name, String value) {
    return "{\"name\":" + quote(name) + ",\"value\":" + value + "}";
  }

  private static String quote(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u00").append(Character.forDigit(c >> 4, 16));
        out.append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
