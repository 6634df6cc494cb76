package io.weir.filter;

/**
 * The statistics of one worker. Handles are resolved when a configuration is opened on a worker and
 * kept; resolving is a map look-up and does not belong on the data path. Names are Envoy's ({@code
 * http.ingress.rq_total}); {@code prefix} ends in a dot or is empty and is joined with {@code name}
 * only when printed.
 */
public interface Stats {

  Counter counter(String prefix, String name);

  Gauge gauge(String prefix, String name);

  Histogram histogram(String prefix, String name, HistogramUnit unit);

  /** A histogram that is not shown before something was recorded. */
  default Histogram histogramOnUse(String prefix, String name, HistogramUnit unit) {
    return histogram(prefix, name, unit);
  }

  /** Sets a statistic that is a text. */
  default void text(String prefix, String name, String value) {}

  /** Units of a histogram, as Envoy names them. */
  enum HistogramUnit {
    UNSPECIFIED,
    BYTES,
    MICROSECONDS,
    MILLISECONDS,
    /** Recorded in millionths of the whole, shown in percent. */
    PERCENT
  }
}
