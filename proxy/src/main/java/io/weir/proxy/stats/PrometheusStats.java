package io.weir.proxy.stats;

import io.weir.proxy.stats.StatsQuery.BucketMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Prints statistics in Prometheus' text format, one family a name without its tags. */
final class PrometheusStats {
  // Metrics of wasm plugins keep the names that the plugins gave them.
  private static final String CUSTOM_NAMESPACE = "wasmcustom.";

  private final StatsSettings settings;
  private final StatsQuery query;
  private final StringBuilder out = new StringBuilder(1 << 16);

  private PrometheusStats(StatsSettings settings, StatsQuery query) {
    this.settings = settings;
    this.query = query;
  }

  static String print(StatsSnapshot stats, StatsQuery query, StatsSettings settings) {
    var printer = new PrometheusStats(settings, query);
    printer.families(stats.counters, "counter", printer::number);
    printer.families(stats.gauges, "gauge", printer::number);
    if (query.textReadouts()) {
      printer.families(stats.texts, "gauge", printer::text);
    }
    boolean summary = query.buckets() == BucketMode.SUMMARY;
    printer.families(
        stats.histograms,
        summary ? "summary" : "histogram",
        summary ? printer::summary : printer::histogram);
    return printer.out.toString();
  }

  /**
   * A statistic of a family.
   *
   * @param metric the family's name as printed
   * @param labels without braces
   */
  private record Sample<V>(String name, String metric, String labels, V value) {}

  private <V> void families(
      Map<String, V> stats, String type, BiConsumer<StringBuilder, Sample<V>> print) {
    var families = new TreeMap<String, List<Sample<V>>>();
    stats.forEach(
        (name, value) -> {
          TaggedName tagged = settings.tags().apply(name);
          families
              .computeIfAbsent(tagged.name(), _ -> new ArrayList<>())
              .add(new Sample<>(name, metric(tagged.name()), labels(tagged.tags()), value));
        });
    for (List<Sample<V>> family : families.values()) {
      out.append("# TYPE ").append(family.get(0).metric()).append(' ').append(type).append('\n');
      family.forEach(sample -> print.accept(out, sample));
    }
  }

  private void number(StringBuilder to, Sample<Long> sample) {
    line(to, sample.metric(), "", sample.labels(), Long.toString(sample.value()));
  }

  private void text(StringBuilder to, Sample<String> sample) {
    String label = "text_value=\"" + escape(sample.value()) + "\"";
    line(to, sample.metric(), "", join(sample.labels(), label), "0");
  }

  private void histogram(StringBuilder to, Sample<HistogramSnapshot> sample) {
    HistogramStatistics all = sample.value().cumulative();
    for (double bound : settings.bucketsOf(sample.name())) {
      String le = "le=\"" + StatsNumbers.shortest(bound) + "\"";
      line(
          to,
          sample.metric(),
          "_bucket",
          join(sample.labels(), le),
          Long.toString(all.countUpTo(bound)));
    }
    String total = Long.toString(all.count());
    line(to, sample.metric(), "_bucket", join(sample.labels(), "le=\"+Inf\""), total);
    sumAndCount(to, sample);
  }

  private void summary(StringBuilder to, Sample<HistogramSnapshot> sample) {
    HistogramStatistics interval = sample.value().interval();
    for (double share : StatsNumbers.QUANTILES) {
      String label = "quantile=\"" + StatsNumbers.shortest(share) + "\"";
      double value = interval.quantile(share);
      line(
          to,
          sample.metric(),
          "",
          join(sample.labels(), label),
          Double.isNaN(value) ? "nan" : StatsNumbers.exact(value));
    }
    sumAndCount(to, sample);
  }

  private void sumAndCount(StringBuilder to, Sample<HistogramSnapshot> sample) {
    HistogramStatistics all = sample.value().cumulative();
    line(to, sample.metric(), "_sum", sample.labels(), StatsNumbers.exact(all.sum()));
    line(to, sample.metric(), "_count", sample.labels(), Long.toString(all.count()));
  }

  private static void line(
      StringBuilder to, String metric, String suffix, String labels, String value) {
    to.append(metric).append(suffix).append('{').append(labels).append("} ");
    to.append(value).append('\n');
  }

  private static String metric(String name) {
    return name.startsWith(CUSTOM_NAMESPACE)
        ? sanitize(name.substring(CUSTOM_NAMESPACE.length()))
        : "envoy_" + sanitize(name);
  }

  private static String labels(List<Tag> tags) {
    String labels = "";
    for (Tag tag : tags) {
      labels = join(labels, sanitize(tag.name()) + "=\"" + escape(tag.value()) + "\"");
    }
    return labels;
  }

  private static String join(String labels, String more) {
    return labels.isEmpty() ? more : labels + "," + more;
  }

  private static String sanitize(String name) {
    var clean = new StringBuilder(name);
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      if (!letter && !(c >= '0' && c <= '9')) {
        clean.setCharAt(i, '_');
      }
    }
    return clean.toString();
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
  }
}
