package io.weir.proxy.cluster;

import io.weir.filter.http.ClusterClient;
import org.jspecify.annotations.Nullable;

/** The clusters as one worker sees them. Used on that worker. */
public interface WorkerClusters extends ClusterClient {
  @Nullable WorkerCluster find(String name);
}
