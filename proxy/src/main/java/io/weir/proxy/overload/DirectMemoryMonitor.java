package io.weir.proxy.overload;

import io.netty.util.internal.PlatformDependent;

/**
 * {@code weir.resource_monitors.direct_memory}: what the buffers of connections take outside the
 * heap.
 *
 * @param limitBytes what would be all of it
 */
record DirectMemoryMonitor(long limitBytes) implements ResourceMonitor {

  /** As configured, or what the JVM allows. */
  static DirectMemoryMonitor of(long configured) {
    return new DirectMemoryMonitor(
        configured > 0 ? configured : PlatformDependent.maxDirectMemory());
  }

  @Override
  public double pressure() {
    return (double) Math.max(0, PlatformDependent.usedDirectMemory()) / limitBytes;
  }
}
