package io.weir.proxy.stats;

import io.weir.filter.Counter;
import io.weir.filter.Gauge;
import io.weir.filter.Histogram;
import io.weir.filter.Stats.HistogramUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The statistics below one prefix: the cells of every writer (a worker or the control thread),
 * which a shared {@link Layout} names. A cell has one writer and is read by anybody. A scope that
 * is removed from the store lives on, unseen, as long as somebody holds a handle to its cells.
 *
 * <p>Thread-safe; the lock is taken when handles are resolved and when values are read, never when
 * a statistic is written.
 */
final class Scope {
  private static final int CHUNK = 16;
  private static final long[] NO_BASELINES = {};
  private static final LogLinearRecorder[] NO_RECORDERS = {};
  private static final MergedHistogram[] NOTHING_MERGED = {};

  private final String prefix;
  private Layout layout;
  // Who resolves handles asks for one after the other, in the order of the layout.
  private int expected;
  // [writer][chunk][cell]; a chunk is there when its writer has a handle to a cell in it.
  private final long[][] @Nullable [] cells;
  // [writer][histogram]
  private final @Nullable LogLinearRecorder[][] recorders;
  private @Nullable MergedHistogram[] merged = NOTHING_MERGED;
  // Subtracted from counters, by /reset_counters.
  private long[] baselines = NO_BASELINES;

  Scope(String prefix, int writers, Layout empty) {
    this.prefix = prefix;
    this.layout = empty;
    this.cells = new long[writers][0][];
    this.recorders = new LogLinearRecorder[writers][];
    Arrays.fill(recorders, NO_RECORDERS);
  }

  synchronized Counter counter(int writer, String name) {
    int cell = stat(name, StatKind.COUNTER, HistogramUnit.UNSPECIFIED, false).cell();
    return new Counter(chunk(writer, cell), cell % CHUNK);
  }

  synchronized Gauge gauge(int writer, String name) {
    int cell = stat(name, StatKind.GAUGE, HistogramUnit.UNSPECIFIED, false).cell();
    return new Gauge(chunk(writer, cell), cell % CHUNK);
  }

  synchronized Histogram histogram(int writer, String name, HistogramUnit unit, boolean onUse) {
    int index = stat(name, StatKind.HISTOGRAM, unit, onUse).cell();
    @Nullable LogLinearRecorder[] own = recorders[writer];
    if (index >= own.length) {
      own = Arrays.copyOf(own, layout.histograms());
      recorders[writer] = own;
    }
    LogLinearRecorder recorder = own[index];
    if (recorder == null) {
      recorder = new LogLinearRecorder();
      own[index] = recorder;
    }
    return recorder;
  }

  /** Calls the visitor for each statistic, in order of registration. */
  synchronized void visit(StatsVisitor visitor) {
    for (Stat stat : layout.stats()) {
      String name = prefix + stat.suffix();
      int cell = stat.cell();
      switch (stat.kind()) {
        case COUNTER -> {
          long raw = sum(cell);
          long baseline = cell < baselines.length ? baselines[cell] : 0;
          visitor.counter(name, raw - baseline, raw != 0);
        }
        case GAUGE -> visitor.gauge(name, sum(cell), sum(cell + 1) != 0);
        case HISTOGRAM -> {
          if (!stat.onUse() || used(cell)) {
            visitor.histogram(name, stat.unit(), snapshot(cell));
          }
        }
      }
    }
  }

  private boolean used(int histogram) {
    for (@Nullable LogLinearRecorder[] own : recorders) {
      LogLinearRecorder recorder = histogram < own.length ? own[histogram] : null;
      if (recorder != null && recorder.used()) {
        return true;
      }
    }
    return false;
  }

  private HistogramSnapshot snapshot(int index) {
    MergedHistogram histogram = index < merged.length ? merged[index] : null;
    return histogram == null ? HistogramSnapshot.EMPTY : histogram.snapshot();
  }

  /** Takes what was recorded since the last call into the histograms that are shown. */
  synchronized void mergeHistograms() {
    for (int index = 0; index < layout.histograms(); index++) {
      long count = 0;
      for (var own : recorders) {
        LogLinearRecorder recorder = index < own.length ? own[index] : null;
        count += recorder == null ? 0 : recorder.count();
      }
      if (count > 0) {
        merge(index, count);
      }
    }
  }

  private void merge(int index, long count) {
    if (index >= merged.length) {
      merged = Arrays.copyOf(merged, layout.histograms());
    }
    MergedHistogram histogram = merged[index];
    if (histogram == null) {
      histogram = new MergedHistogram(unit(index));
      merged[index] = histogram;
    }
    if (histogram.isUpToDate(count)) {
      return;
    }
    var total = new LogLinearCounts();
    for (var own : recorders) {
      LogLinearRecorder recorder = index < own.length ? own[index] : null;
      if (recorder != null) {
        recorder.addTo(total);
      }
    }
    histogram.update(total);
  }

  private HistogramUnit unit(int index) {
    for (Stat stat : layout.stats()) {
      if (stat.kind() == StatKind.HISTOGRAM && stat.cell() == index) {
        return stat.unit();
      }
    }
    return HistogramUnit.UNSPECIFIED;
  }

  /** Counters show zero from now on. */
  synchronized void resetCounters() {
    baselines = new long[layout.cells()];
    for (Stat stat : layout.stats()) {
      if (stat.kind() == StatKind.COUNTER) {
        baselines[stat.cell()] = sum(stat.cell());
      }
    }
  }

  private Stat stat(String name, StatKind kind, HistogramUnit unit, boolean onUse) {
    if (expected < layout.size()) {
      Stat next = layout.stats()[expected];
      if (next.is(kind, name)) {
        expected++;
        return next;
      }
    }
    int known = layout.find(kind, name);
    if (known >= 0) {
      expected = known + 1;
      return layout.stats()[known];
    }
    layout = layout.with(kind, name, unit, onUse);
    expected = layout.size();
    return layout.last();
  }

  private long[] chunk(int writer, int cell) {
    long[] @Nullable [] chunks = cells[writer];
    int index = cell / CHUNK;
    if (index >= chunks.length) {
      chunks = Arrays.copyOf(chunks, index + 1);
      cells[writer] = chunks;
    }
    long[] chunk = chunks[index];
    if (chunk == null) {
      chunk = new long[CHUNK];
      chunks[index] = chunk;
    }
    return chunk;
  }

  private long sum(int cell) {
    long total = 0;
    for (long[] @Nullable [] chunks : cells) {
      long[] chunk = cell / CHUNK < chunks.length ? chunks[cell / CHUNK] : null;
      if (chunk != null) {
        total += chunk[cell % CHUNK];
      }
    }
    return total;
  }
}
