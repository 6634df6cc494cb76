package io.weir.proxy.stats;

import io.weir.filter.Stats.HistogramUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which statistics a scope has, and where their cells are. Scopes that register the same names in
 * the same order share one layout, as all clusters do: a scope begins at the root and moves on to a
 * successor with each name that is new to it. What a layout says does not change. Layouts are never
 * forgotten; there are as many as there are different sets of names.
 *
 * <p>Thread-safe; the root is the lock of its whole tree.
 */
final class Layout {
  private final Layout root;
  private final @Nullable Layout parent;
  private final @Nullable Stat last;
  private final int size;
  private final int cells;
  private final int histograms;
  // Most layouts have one successor.
  private @Nullable Layout successor;
  private @Nullable Map<Key, Layout> others;
  private @Nullable Map<Key, Integer> byName;
  private Stat @Nullable [] stats;

  private record Key(StatKind kind, String name) {}

  /** The root of a tree: no statistics. */
  Layout() {
    this.root = this;
    this.parent = null;
    this.last = null;
    this.size = 0;
    this.cells = 0;
    this.histograms = 0;
    this.byName = new HashMap<>();
  }

  private Layout(Layout parent, Stat last) {
    this.root = parent.root;
    this.parent = parent;
    this.last = last;
    this.size = parent.size + 1;
    this.cells =
        switch (last.kind()) {
          case COUNTER -> last.cell() + 1;
          case GAUGE -> last.cell() + 2;
          case HISTOGRAM -> parent.cells;
        };
    this.histograms = parent.histograms + (last.kind() == StatKind.HISTOGRAM ? 1 : 0);
  }

  int size() {
    return size;
  }

  /** How many cells a writer has. */
  int cells() {
    return cells;
  }

  int histograms() {
    return histograms;
  }

  /** The statistic that this layout has beyond its predecessor; not to be asked of the root. */
  Stat last() {
    if (last == null) {
      throw new IllegalStateException("the root has no statistics");
    }
    return last;
  }

  /** All statistics in order of registration; not to be changed. */
  Stat[] stats() {
    synchronized (root) {
      Stat[] all = stats;
      if (all == null) {
        all = new Stat[size];
        for (Layout at = this; at.parent != null; at = at.parent) {
          all[at.size - 1] = at.last();
        }
        stats = all;
      }
      return all;
    }
  }

  /** The index among {@link #stats} of a statistic that is here already, or -1. */
  int find(StatKind kind, String name) {
    synchronized (root) {
      Layout next = successor;
      return next != null && next.last().is(kind, name)
          ? -1
          : byName().getOrDefault(new Key(kind, name), -1);
    }
  }

  /** The layout that has one more statistic, which must not be here already. */
  Layout with(StatKind kind, String name, HistogramUnit unit, boolean onUse) {
    synchronized (root) {
      Layout next = successor;
      if (next != null && next.last().is(kind, name)) {
        return next;
      }
      Key key = new Key(kind, name);
      Layout other = others == null ? null : others.get(key);
      return other != null ? other : grow(key, new Stat(name, kind, unit, nextCell(kind), onUse));
    }
  }

  private int nextCell(StatKind kind) {
    return switch (kind) {
      case COUNTER -> cells;
      // A gauge has two cells, in one chunk.
      case GAUGE -> cells + (cells & 1);
      case HISTOGRAM -> histograms;
    };
  }

  private Layout grow(Key key, Stat stat) {
    Layout grown = new Layout(this, stat);
    if (successor == null) {
      successor = grown;
      // Who is further up does not look here any more.
      grown.byName = byName();
      grown.byName.put(key, size);
      byName = null;
    } else {
      if (others == null) {
        others = new HashMap<>();
      }
      others.put(key, grown);
    }
    return grown;
  }

  private Map<Key, Integer> byName() {
    Map<Key, Integer> known = byName;
    if (known == null) {
      Stat[] all = stats();
      known = HashMap.newHashMap(size);
      for (int i = 0; i < size; i++) {
        known.put(new Key(all[i].kind(), all[i].suffix()), i);
      }
      byName = known;
    }
    return known;
  }
}
