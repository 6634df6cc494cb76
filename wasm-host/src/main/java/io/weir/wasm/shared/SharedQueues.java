package io.weir.wasm.shared;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * First-in first-out queues of bytes, named by VM id and name. The one who registered last is told
 * of each entry. A queue holds no more than 65,536 entries and 64 MiB. Thread-safe.
 */
public final class SharedQueues {
  /** No queue has this id. */
  public static final int UNKNOWN = 0;

  private static final int MAX_ENTRIES = 1 << 16;
  private static final long MAX_BYTES = 64L << 20;

  private final ConcurrentHashMap<Name, Queue> byName = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Queue> byId = new ConcurrentHashMap<>();
  private final AtomicInteger nextId = new AtomicInteger();

  private record Name(String vmId, String name) {}

  /** What became of an entry. */
  public enum Outcome {
    STORED,
    UNKNOWN,
    FULL
  }

  private static final class Queue {
    final int id;
    final ArrayDeque<byte[]> entries = new ArrayDeque<>();
    long bytes;
    volatile IntConsumer listener;

    Queue(int id, IntConsumer listener) {
      this.id = id;
      this.listener = listener;
    }
  }

  /**
   * Makes a queue, or takes over its notifications.
   *
   * @param listener told the queue's id after each entry, on the enqueuing thread
   */
  public int register(String vmId, String name, IntConsumer listener) {
    Queue queue =
        byName.compute(
            new Name(vmId, name),
            (_, old) -> {
              if (old != null) {
                old.listener = listener;
                return old;
              }
              var made = new Queue(nextId.incrementAndGet(), listener);
              byId.put(made.id, made);
              return made;
            });
    return queue.id;
  }

  public int resolve(String vmId, String name) {
    Queue queue = byName.get(new Name(vmId, name));
    return queue == null ? UNKNOWN : queue.id;
  }

  public boolean exists(int id) {
    return byId.containsKey(id);
  }

  public Outcome enqueue(int id, byte[] value) {
    Queue queue = byId.get(id);
    if (queue == null) {
      return Outcome.UNKNOWN;
    }
    synchronized (queue) {
      if (queue.entries.size() >= MAX_ENTRIES || queue.bytes + value.length > MAX_BYTES) {
        return Outcome.FULL;
      }
      queue.entries.add(value);
      queue.bytes += value.length;
    }
    queue.listener.accept(id);
    return Outcome.STORED;
  }

  /** The oldest entry, or null. */
  public byte @Nullable [] dequeue(int id) {
    Queue queue = byId.get(id);
    if (queue == null) {
      return null;
    }
    synchronized (queue) {
      byte[] oldest = queue.entries.poll();
      queue.bytes -= oldest == null ? 0 : oldest.length;
      return oldest;
    }
  }

  void drop(String vmId) {
    byName
        .entrySet()
        .removeIf(
            entry -> {
              boolean own = entry.getKey().vmId().equals(vmId);
              if (own) {
                byId.remove(entry.getValue().id);
              }
              return own;
            });
  }
}
