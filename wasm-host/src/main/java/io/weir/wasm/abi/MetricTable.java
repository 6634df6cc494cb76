package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that the guests of one VM defined, {@code wasmcustom.NAME} in the proxy's statistics.
 * The low two bits of an id are the kind, as in Envoy, so that unknown ids of different kinds are
 * told apart. Before the VM is adopted by a worker, values wait here.
 */
public final class MetricTable {
  public static final int COUNTER = 0;
  public static final int GAUGE = 1;
  public static final int HISTOGRAM = 2;
  private static final int KIND_MASK = 3;
  private static final int KIND_BITS = 2;
  private static final String PREFIX = "wasmcustom.";

  private final int limit;
  private final List<Metric> metrics = new ArrayList<>();
  private @Nullable Stats stats;

  /** A definition; only the handle of its kind is set, once adopted. */
  private static final class Metric {
    final int kind;
    final String name;
    @Nullable Counter counter;
    @Nullable Gauge gauge;
    @Nullable Histogram histogram;
    long pending;
    final List<Long> pendingRecords = new ArrayList<>(0);

    Metric(int kind, String name) {
      this.kind = kind;
      this.name = name;
    }
  }

  /**
   * @param limit how many may be defined
   */
  public MetricTable(int limit) {
    this.limit = limit;
  }

  /** Gives the metrics their worker's handles. */
  public void adopt(Stats stats) {
    this.stats = stats;
    metrics.forEach(metric -> resolve(metric, stats));
  }

  private static void resolve(Metric metric, Stats stats) {
    switch (metric.kind) {
      case COUNTER -> {
        metric.counter = stats.counter(PREFIX, metric.name);
        metric.counter.add(metric.pending);
      }
      case GAUGE -> {
        metric.gauge = stats.gauge(PREFIX, metric.name);
        metric.gauge.add(metric.pending);
      }
      default -> {
        metric.histogram = stats.histogram(PREFIX, metric.name, Stats.HistogramUnit.UNSPECIFIED);
        metric.pendingRecords.forEach(metric.histogram::record);
      }
    }
    metric.pending = 0;
    metric.pendingRecords.clear();
  }

  /** Defines a metric; a second definition of a name is a second id of the same metric. */
  int define(int kind, String name) {
    if (metrics.size() >= limit) {
      return -1;
    }
    var metric = new Metric(kind, name);
    if (stats != null) {
      resolve(metric, stats);
    }
    metrics.add(metric);
    return metrics.size() << KIND_BITS | kind;
  }

  private @Nullable Metric find(int id) {
    int index = (id >>> KIND_BITS) - 1;
    if (index < 0 || index >= metrics.size()) {
      return null;
    }
    Metric metric = metrics.get(index);
    return metric.kind == (id & KIND_MASK) ? metric : null;
  }

  int increment(int id, long offset) {
    int kind = id & KIND_MASK;
    if (kind > GAUGE) {
      return BAD_ARGUMENT;
    }
    Metric metric = find(id);
    if (metric == null) {
      return NOT_FOUND;
    }
    if (kind == COUNTER && offset <= 0) {
      return BAD_ARGUMENT;
    }
    add(metric, offset);
    return OK;
  }

  private static void add(Metric metric, long offset) {
    if (metric.counter != null) {
      metric.counter.add(offset);
    } else if (metric.gauge != null) {
      metric.gauge.add(offset);
    } else {
      metric.pending += offset;
    }
  }

  int record(int id, long value) {
    Metric metric = find(id);
    if (metric == null) {
      return NOT_FOUND;
    }
    switch (metric.kind) {
      case COUNTER -> add(metric, value);
      case GAUGE -> {
        if (metric.gauge != null) {
          metric.gauge.set(value);
        } else {
          metric.pending = value;
        }
      }
      default -> {
        if (metric.histogram != null) {
          metric.histogram.record(value);
        } else {
          metric.pendingRecords.add(value);
        }
      }
    }
    return OK;
  }

  /** What reading a metric answers. */
  int check(int id) {
    if ((id & KIND_MASK) > GAUGE) {
      return BAD_ARGUMENT;
    }
    return find(id) == null ? NOT_FOUND : OK;
  }

  long value(int id) {
    Metric metric = find(id);
    if (metric == null) {
      return 0;
    }
    if (metric.counter != null) {
      return metric.counter.value();
    }
    return metric.gauge != null ? metric.gauge.value() : metric.pending;
  }
}
