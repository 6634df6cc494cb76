package io.weir.proxy.overload;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code envoy.resource_monitors.fixed_heap}: what lives on the heap after a collection. What a
 * JVM's heap holds between collections says nothing about how much it needs.
 */
final class HeapMonitor implements ResourceMonitor {
  private static final Logger LOG = LoggerFactory.getLogger("overload");

  private final long limitBytes;
  private final Set<String> heapPools;
  private final NotificationListener listener = this::onCollection;
  private volatile long liveBytes;

  /**
   * @param limitBytes 0 for the heap that the JVM may use at most
   */
  HeapMonitor(long limitBytes) {
    this.limitBytes = limitBytes > 0 ? limitBytes : Runtime.getRuntime().maxMemory();
    this.heapPools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(listener, null, null);
      }
    }
  }

  private void onCollection(Notification notification, Object context) {
    if (notification.getUserData() instanceof CompositeData data
        && notification
            .getType()
            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      long live = 0;
      var after = GarbageCollectionNotificationInfo.from(data).getGcInfo().getMemoryUsageAfterGc();
      for (var pool : after.entrySet()) {
        MemoryUsage usage = pool.getValue();
        if (heapPools.contains(pool.getKey())) {
          live += usage.getUsed();
        }
      }
      liveBytes = live;
    }
  }

  @Override
  public double pressure() {
    return (double) liveBytes / limitBytes;
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(listener);
        } catch (ListenerNotFoundException e) {
          LOG.debug("no longer told of collections", e);
        }
      }
    }
  }
}
