package io.weir.proxy.upstream;

import io.weir.filter.Metadata;
import io.weir.filter.Timer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.cluster.WorkerClusters;
import io.weir.proxy.pool.PoolScope;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clusters of one worker, and call-outs to them. Used on that worker. */
public final class WorkerClusterTable implements WorkerClusters {
  private final EventLoopWorker worker;
  private final Map<String, ActiveCluster> clusters = new HashMap<>();
  private final PoolScope.ConnectionIds connectionIds = new PoolScope.ConnectionIds();
  private final String localIp;

  private final LocalZone zone;

  WorkerClusterTable(EventLoopWorker worker, String localIp, LocalZone zone) {
    this.zone = zone;
    this.worker = worker;
    this.localIp = localIp;
  }

  /** Where the proxy is. */
  LocalZone zone() {
    return zone;
  }

  PoolScope.ConnectionIds connectionIds() {
    return connectionIds;
  }

  @Override
  public @Nullable ActiveCluster find(String name) {
    return clusters.get(name);
  }

  @Nullable ActiveCluster put(ActiveCluster cluster) {
    return clusters.put(cluster.name(), cluster);
  }

  @Nullable ActiveCluster remove(String name) {
    return clusters.remove(name);
  }

  @Override
  public boolean hasCluster(String name) {
    return clusters.containsKey(name);
  }

  @Override
  public int endpoints(String cluster) {
    ActiveCluster known = clusters.get(cluster);
    return known == null ? -1 : known.hosts().size();
  }

  @Override
  public Metadata metadata(String cluster) {
    ActiveCluster known = clusters.get(cluster);
    return known == null ? Metadata.EMPTY : known.metadata();
  }

  @Override
  public @Nullable HttpStream startStream(
      String cluster, HttpStreamListener listener, CallOptions options) {
    ActiveCluster target = clusters.get(cluster);
    return target == null ? null : new CallOut(worker, target, listener, options, localIp);
  }

  @Override
  public @Nullable HttpCall call(
      String cluster,
      HeaderMap headers,
      byte @Nullable [] body,
      @Nullable HeaderMap trailers,
      CallOptions options,
      HttpCallListener listener) {
    ActiveCluster target = clusters.get(cluster);
    if (target == null) {
      return null;
    }
    var call = new UnaryCall(worker, listener, options.bufferLimitBytes());
    call.start(new CallOut(worker, target, call, options, localIp), headers, body, trailers);
    return call;
  }

  @Override
  public Timer newTimer(Runnable task) {
    return worker.newTimer(task);
  }
}
