package io.weir.wasm.vm;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of linear memory that all instances of a process may hold together. Thread-safe. */
public final class MemoryQuota {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  public MemoryQuota(long limitBytes) {
    this.limit = limitBytes;
  }

  /** No limit. */
  public static MemoryQuota unlimited() {
    return new MemoryQuota(Long.MAX_VALUE);
  }

  boolean take(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Bytes that live instances hold. */
  public long usedBytes() {
    return used.get();
  }
}
