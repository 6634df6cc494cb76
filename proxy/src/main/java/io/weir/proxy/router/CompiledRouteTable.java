package io.weir.proxy.router;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.route.Route;
import io.weir.proxy.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route table from a {@code RouteConfiguration}. Immutable once {@link #setHosts} was called by
 * its loader, which needs the table to make its virtual hosts.
 */
final class CompiledRouteTable implements RouteTable {

  /** What virtual hosts and routes inherit. */
  record Settings(
      String name,
      boolean mostSpecificWins,
      boolean ignorePort,
      boolean ignorePathParameters,
      List<HeaderName> internalOnlyHeaders) {}

  private final Settings settings;
  private final HeaderMutations requestMutations;
  private final HeaderMutations responseMutations;
  private final List<VirtualHost> countedHosts = new ArrayList<>();
  private @Nullable DomainIndex<VirtualHost> hosts;

  CompiledRouteTable(
      Settings settings, HeaderMutations requestMutations, HeaderMutations responseMutations) {
    this.settings = settings;
    this.requestMutations = requestMutations;
    this.responseMutations = responseMutations;
  }

  void setHosts(DomainIndex<VirtualHost> index) {
    hosts = index;
  }

  /** A host with virtual clusters. */
  void addCounted(VirtualHost host) {
    countedHosts.add(host);
  }

  @Override
  public void openWorker(Worker worker) {
    for (VirtualHost host : countedHosts) {
      VirtualHost.Settings of = host.settings();
      for (VirtualHost.VirtualCluster cluster : of.virtualClusters()) {
        // Its statistics are shown before the first request comes.
        new VirtualClusterStats(worker.stats(), of.name(), cluster.name());
      }
      new VirtualClusterStats(worker.stats(), of.name(), VirtualHost.OTHER);
    }
  }

  boolean mostSpecificWins() {
    return settings.mostSpecificWins;
  }

  boolean ignorePathParameters() {
    return settings.ignorePathParameters;
  }

  HeaderMutations requestMutations() {
    return requestMutations;
  }

  HeaderMutations responseMutations() {
    return responseMutations;
  }

  @Override
  public String name() {
    return settings.name;
  }

  @Override
  public List<HeaderName> internalOnlyHeaders() {
    return settings.internalOnlyHeaders;
  }

  @Override
  public @Nullable Route route(HeaderMap headers, StreamInfo streamInfo, long random) {
    VirtualHost host = host(headers);
    return host == null ? null : host.route(headers, streamInfo, random);
  }

  @Override
  public Metadata virtualHostMetadata(HeaderMap headers) {
    VirtualHost host = host(headers);
    return host == null ? Metadata.EMPTY : host.settings().metadata();
  }

  private @Nullable VirtualHost host(HeaderMap headers) {
    int authority = headers.find(HeaderName.AUTHORITY);
    if (hosts == null || authority < 0) {
      return hosts == null ? null : hosts.ofNone();
    }
    int start = headers.valueStart(authority);
    int length = headers.valueLength(authority);
    if (settings.ignorePort && length > 0) {
      length = DomainIndex.withoutPort(headers.bytes(), start, length);
    }
    return hosts.find(headers.bytes(), start, length);
  }
}
