package io.weir.filter;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A slot of which every worker has its own copy. Made once, at start-up or load; read through
 * {@link Worker#local}.
 *
 * @param <T> the type of a copy
 */
public final class WorkerLocal<T> {
  private static final AtomicInteger NEXT_SLOT = new AtomicInteger();

  private final int slot = NEXT_SLOT.getAndIncrement();
  private final Function<Worker, T> initial;

  /**
   * @param initial makes a worker's copy, on that worker's thread
   */
  public WorkerLocal(Function<Worker, T> initial) {
    this.initial = initial;
  }

  /** Index into a worker's array of slots. */
  public int slot() {
    return slot;
  }

  public T initial(Worker worker) {
    return initial.apply(worker);
  }
}
