package io.weir.proxy.router;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.OverrideHost;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.cluster.HostSets;
import io.weir.proxy.cluster.LoadBalancerContext;
import io.weir.proxy.cluster.PriorityLoad;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a balancer may know of one request, earlier tries included. Belongs to one request. */
final class HostChoice implements LoadBalancerContext {
  private final HttpFilterCallbacks callbacks;
  private final ResolvedRoute route;
  private final ForwardAction forward;
  private @Nullable RetryMemory memory;
  private @Nullable Long hash;
  private @Nullable List<String> setCookies;
  private boolean hashComputed;
  private int attempt = 1;

  HostChoice(HttpFilterCallbacks callbacks, ResolvedRoute route, ForwardAction forward) {
    this.callbacks = callbacks;
    this.route = route;
    this.forward = forward;
  }

  /** A try with that host has failed, another one will be made. */
  void tried(Host host, RetryPolicy policy) {
    if (RetryMemory.needed(policy)) {
      if (memory == null) {
        memory = new RetryMemory(policy);
      }
      memory.tried(host);
    }
  }

  void setAttempt(int number) {
    attempt = number;
  }

  /** Gives the client the cookies that its next requests are hashed by. */
  void addCookies(HeaderMap response) {
    if (setCookies != null) {
      for (String cookie : setCookies) {
        response.add(HeaderName.SET_COOKIE, cookie);
      }
    }
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return callbacks.requestHeaders();
  }

  @Override
  public StreamInfo streamInfo() {
    return callbacks.streamInfo();
  }

  @Override
  public @Nullable String overrideHost() {
    OverrideHost wanted = callbacks.upstreamOverrideHost();
    return wanted == null ? null : wanted.address();
  }

  @Override
  public boolean overrideHostStrict() {
    OverrideHost wanted = callbacks.upstreamOverrideHost();
    return wanted != null && wanted.strict();
  }

  @Override
  public @Nullable Long hashKey() {
    HeaderMap headers = requestHeaders();
    if (!hashComputed && headers != null) {
      hashComputed = true;
      hash = forward.hashPolicy().hash(headers, streamInfo(), this::addSetCookie);
    }
    return hash;
  }

  private void addSetCookie(String cookie) {
    if (setCookies == null) {
      setCookies = new ArrayList<>(1);
    }
    setCookies.add(cookie);
  }

  @Override
  public Value.@Nullable MapValue subsetCriteria() {
    Value.MapValue own = route.subset();
    Value.MapValue dynamic = streamInfo().dynamicMetadata().get("envoy.lb");
    return own == null || dynamic == null ? (own == null ? dynamic : own) : own.merge(dynamic);
  }

  @Override
  public ConnectionInfo downstream() {
    return streamInfo().connection();
  }

  @Override
  public @Nullable SocketAddress originalDestination() {
    ConnectionInfo connection = streamInfo().connection();
    SocketAddress local = connection.localAddress();
    return local.equals(connection.directLocalAddress()) ? null : local;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public boolean shouldSelectAnotherHost(Host host) {
    return memory != null && memory.avoids(host);
  }

  @Override
  public int hostSelectionRetryCount() {
    return memory == null ? 0 : memory.hostAttempts();
  }

  @Override
  public PriorityLoad priorityLoad(HostSets hosts) {
    return memory == null ? hosts.load() : memory.priorityLoad(hosts);
  }
}
