package io.weir.proxy.filter.setmetadata;

import io.weir.filter.Counter;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.Worker;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one configuration, the filter's own or a route's, and what was denied to them.
 * Opened on a worker before it is applied there.
 */
final class MetadataEntries implements RouteConfig {
  private final List<MetadataEntry> entries;
  private final String statPrefix;

  /** Each worker writes and reads its own element only. */
  private final @Nullable Counter[] overwriteDenied;

  MetadataEntries(List<MetadataEntry> entries, String statPrefix, int workers) {
    this.entries = List.copyOf(entries);
    this.statPrefix = statPrefix;
    this.overwriteDenied = new @Nullable Counter[workers];
  }

  @Override
  public void openWorker(Worker worker) {
    overwriteDenied[worker.index()] = worker.stats().counter(statPrefix, "overwrite_denied");
  }

  void apply(DynamicMetadata metadata, Worker worker) {
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).apply(metadata)) {
        Counter denied = overwriteDenied[worker.index()];
        if (denied != null) {
          denied.inc();
        }
      }
    }
  }
}
