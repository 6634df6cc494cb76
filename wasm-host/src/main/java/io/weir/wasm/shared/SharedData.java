package io.weir.wasm.shared;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Key and value pairs by VM id, with compare-and-swap numbers that are unique over all keys.
 * Thread-safe without a common lock.
 */
public final class SharedData {
  private static final long MAX_BYTES_PER_VM_ID = 256L << 20;

  private final ConcurrentHashMap<String, Space> spaces = new ConcurrentHashMap<>();
  private final AtomicInteger nextCas = new AtomicInteger();

  /** A value and its number. The array is not to be changed. */
  public record Entry(byte[] value, int cas) {}

  /** What became of a store. */
  public enum Outcome {
    STORED,
    CAS_MISMATCH,
    QUOTA
  }

  private static final class Space {
    final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    final AtomicLong bytes = new AtomicLong();
  }

  public @Nullable Entry get(String vmId, String key) {
    Space space = spaces.get(vmId);
    return space == null ? null : space.entries.get(key);
  }

  /**
   * Stores a value.
   *
   * @param cas 0 stores whatever is there; otherwise the number of the value to be replaced. A
   *     number for a key that does not exist is taken, as Envoy does
   */
  public Outcome set(String vmId, String key, byte[] value, int cas) {
    Space space = spaces.computeIfAbsent(vmId, _ -> new Space());
    var outcome = new Outcome[] {Outcome.STORED};
    space.entries.compute(
        key,
        (_, old) -> {
          if (old != null && cas != 0 && cas != old.cas()) {
            outcome[0] = Outcome.CAS_MISMATCH;
            return old;
          }
          long more = value.length + (old == null ? key.length() : -(long) old.value().length);
          if (space.bytes.addAndGet(more) > MAX_BYTES_PER_VM_ID && more > 0) {
            space.bytes.addAndGet(-more);
            outcome[0] = Outcome.QUOTA;
            return old;
          }
          return new Entry(value, newCas());
        });
    return outcome[0];
  }

  /** Never 0, which means "whatever is there". */
  private int newCas() {
    int cas = nextCas.incrementAndGet();
    return cas == 0 ? nextCas.incrementAndGet() : cas;
  }

  void drop(String vmId) {
    spaces.remove(vmId);
  }
}
