package io.weir.proxy.loadbalancer;

import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.ClusterStats;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostFeedback;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancer;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.load_balancing_policies.override_host}: the request names its hosts, in a header or
 * in metadata, as {@code ip:port} separated by commas; each try takes the next. Without a usable
 * name another policy decides. Immutable.
 */
record OverrideHostPolicy(List<Source> sources, LoadBalancerPolicy fallback)
    implements LoadBalancerPolicy {

  OverrideHostPolicy {
    sources = List.copyOf(sources);
  }

  /**
   * Where the names are.
   *
   * @param header null when they are in metadata
   */
  record Source(@Nullable HeaderName header, String namespace, List<String> path) {
    Source {
      path = List.copyOf(path);
    }

    @Nullable String read(LoadBalancerContext context) {
      if (header != null) {
        HeaderMap headers = context.requestHeaders();
        return headers == null ? null : headers.get(header);
      }
      StreamInfo info = context.streamInfo();
      Value value = info == null ? null : info.dynamicMetadata().get(namespace);
      for (String key : path) {
        value = value instanceof Value.MapValue map ? map.get(key) : null;
      }
      return value instanceof Value.StringValue(String text) ? text : null;
    }
  }

  @Override
  public String name() {
    return "envoy.load_balancing_policies.override_host";
  }

  @Override
  public @Nullable Object prepare(HostSets hosts) {
    return fallback.prepare(hosts);
  }

  @Override
  public @Nullable HostFeedback feedback(int workers, long now) {
    return fallback.feedback(workers, now);
  }

  @Override
  public LoadBalancer open(Worker worker, ClusterStats stats) {
    return new Balancer(fallback.open(worker, stats));
  }

  private final class Balancer implements LoadBalancer {
    private final LoadBalancer otherwise;
    private HostSets hosts = HostSets.EMPTY;

    Balancer(LoadBalancer otherwise) {
      this.otherwise = otherwise;
    }

    @Override
    public void update(HostSets changed, @Nullable Object prepared) {
      hosts = changed;
      otherwise.update(changed, prepared);
    }

    @Override
    public @Nullable Host choose(LoadBalancerContext context) {
      for (Source source : sources) {
        String names = source.read(context);
        Host host = names == null ? null : find(names, context.attempt());
        if (host != null) {
          return host;
        }
      }
      return otherwise.choose(context);
    }

    /** The host of this try among those that exist. */
    private @Nullable Host find(String names, int attempt) {
      int found = 0;
      for (String name : names.split(",", -1)) {
        Host host = hosts.find(name.strip());
        if (host != null && ++found == attempt) {
          return host;
        }
      }
      return null;
    }
  }
}
