package io.weir.proxy.stats;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats.HistogramUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statistics below one prefix: names, and the cells of every writer (a worker or the control
 * thread). A cell has one writer and is read by anybody. A scope that is removed from the store
 * lives on, unseen, as long as somebody holds a handle to its cells.
 *
 * <p>Thread-safe; the lock is taken when handles are resolved and when values are read, never when
 * a statistic is written.
 */
final class Scope {
  private static final int CHUNK = 32;

  private final String prefix;
  private final int writers;
  private final Map<String, Stat> byName = new HashMap<>();
  private final List<Stat> stats = new ArrayList<>();
  // [writer][chunk][cell]
  private final long[][][] cells;
  // [writer][histogram]
  private final List<List<@Nullable LogLinearRecorder>> recorders = new ArrayList<>();
  private final List<MergedHistogram> merged = new ArrayList<>();
  // Subtracted from counters, by /reset_counters.
  private long[] baselines = new long[CHUNK];
  private int usedCells;

  Scope(String prefix, int writers) {
    this.prefix = prefix;
    this.writers = writers;
    this.cells = new long[writers][0][];
    for (int i = 0; i < writers; i++) {
      recorders.add(new ArrayList<>());
    }
  }

  String prefix() {
    return prefix;
  }

  synchronized Counter counter(int writer, String name) {
    int cell = stat(name, StatKind.COUNTER, HistogramUnit.UNSPECIFIED).cell();
    return new Counter(chunk(writer, cell), cell % CHUNK);
  }

  synchronized Gauge gauge(int writer, String name) {
    int cell = stat(name, StatKind.GAUGE, HistogramUnit.UNSPECIFIED).cell();
    return new Gauge(chunk(writer, cell), cell % CHUNK);
  }

  synchronized Histogram histogram(int writer, String name, HistogramUnit unit) {
    int index = stat(name, StatKind.HISTOGRAM, unit).cell();
    var own = recorders.get(writer);
    while (own.size() <= index) {
      own.add(null);
    }
    LogLinearRecorder recorder = own.get(index);
    if (recorder == null) {
      recorder = new LogLinearRecorder();
      own.set(index, recorder);
    }
    return recorder;
  }

  /** Calls the visitor for each statistic, in order of registration. */
  synchronized void visit(StatsVisitor visitor) {
    for (Stat stat : stats) {
      String name = prefix + stat.suffix();
      switch (stat.kind()) {
        case COUNTER -> {
          long raw = sum(stat.cell());
          visitor.counter(name, raw - baselines[stat.cell()], raw != 0);
        }
        case GAUGE -> visitor.gauge(name, sum(stat.cell()), sum(stat.cell() + 1) != 0);
        case HISTOGRAM -> visitor.histogram(name, stat.unit(), merged.get(stat.cell()).snapshot());
      }
    }
  }

  /** Takes what was recorded since the last call into the histograms that are shown. */
  synchronized void mergeHistograms() {
    for (int index = 0; index < merged.size(); index++) {
      var total = new LogLinearCounts();
      for (var own : recorders) {
        LogLinearRecorder recorder = index < own.size() ? own.get(index) : null;
        if (recorder != null) {
          recorder.addTo(total);
        }
      }
      merged.get(index).update(total);
    }
  }

  /** Counters show zero from now on. */
  synchronized void resetCounters() {
    for (Stat stat : stats) {
      if (stat.kind() == StatKind.COUNTER) {
        baselines[stat.cell()] = sum(stat.cell());
      }
    }
  }

  private Stat stat(String name, StatKind kind, HistogramUnit unit) {
    // A name is one kind in Envoy too; a second kind of the same name is kept apart by a prefix
    // that no name has.
    String key = kind.ordinal() + name;
    Stat known = byName.get(key);
    if (known != null) {
      return known;
    }
    int cell;
    if (kind == StatKind.HISTOGRAM) {
      cell = merged.size();
      merged.add(new MergedHistogram());
    } else {
      cell = allocate(kind);
    }
    var stat = new Stat(name, kind, unit, cell);
    byName.put(key, stat);
    stats.add(stat);
    return stat;
  }

  private int allocate(StatKind kind) {
    int cell = usedCells;
    if (kind == StatKind.GAUGE) {
      // A gauge has two cells, in one chunk.
      cell += cell & 1;
      usedCells = cell + 2;
    } else {
      usedCells = cell + 1;
    }
    if (cell >= baselines.length) {
      baselines = Arrays.copyOf(baselines, Math.max(cell + 1, baselines.length * 2));
    }
    return cell;
  }

  private long[] chunk(int writer, int cell) {
    long[][] chunks = cells[writer];
    int chunk = cell / CHUNK;
    if (chunk >= chunks.length) {
      chunks = Arrays.copyOf(chunks, chunk + 1);
      for (int i = cells[writer].length; i <= chunk; i++) {
        chunks[i] = new long[CHUNK];
      }
      cells[writer] = chunks;
    }
    return chunks[chunk];
  }

  private long sum(int cell) {
    long total = 0;
    for (int writer = 0; writer < writers; writer++) {
      long[][] chunks = cells[writer];
      if (cell / CHUNK < chunks.length) {
        total += chunks[cell / CHUNK][cell % CHUNK];
      }
    }
    return total;
  }
}
