package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/**
 * A first-in first-out queue of texts that the instances of a plugin share, on all workers. What is
 * added on one worker can be taken on another.
 */
public interface SharedQueue {

  String name();

  /**
   * Adds an item at the end; the instance that opened the queue last is told.
   *
   * @return false when the queue is full (65,536 items or 64 MiB in Weir)
   */
  boolean add(String item);

  /** Takes the oldest item; null when there is none. */
  @Nullable String poll();
}
