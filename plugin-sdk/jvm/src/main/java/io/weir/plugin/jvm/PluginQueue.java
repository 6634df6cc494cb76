package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.plugin.SharedQueue;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A queue that the instances of one plugin share. Thread-safe. */
final class PluginQueue implements SharedQueue {
  private static final int MAX_ITEMS = 1 << 16;
  private static final long MAX_CHARS = 32L << 20;

  private final String name;
  private final ArrayDeque<String> items = new ArrayDeque<>();
  private long chars;
  private volatile @Nullable Reader reader;

  /**
   * Who is told of items.
   *
   * @param told called on the worker, once for each item
   */
  record Reader(Worker worker, Consumer<SharedQueue> told) {}

  PluginQueue(String name) {
    this.name = name;
  }

  /** Tells that reader from now on, and no other. */
  void open(Reader next) {
    reader = next;
  }

  /** That reader is gone; another one may have taken its place. */
  void leave(Reader gone) {
    if (reader == gone) {
      reader = null;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean add(String item) {
    synchronized (items) {
      if (items.size() >= MAX_ITEMS || chars + item.length() > MAX_CHARS) {
        return false;
      }
      items.add(item);
      chars += item.length();
    }
    Reader told = reader;
    if (told != null) {
      told.worker().execute(() -> told.told().accept(this));
    }
    return true;
  }

  @Override
  public @Nullable String poll() {
    synchronized (items) {
      String oldest = items.poll();
      chars -= oldest == null ? 0 : oldest.length();
      return oldest;
    }
  }
}
