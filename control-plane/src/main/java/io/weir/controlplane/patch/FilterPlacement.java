package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.weir.xds.codec.MessageTypes;
import java.util.List;
import java.util.Set;

/**
 * Where an added filter goes: by its filterClass among Istio's built-in filters, otherwise before
 * the terminal HTTP filter. Istio appends it, so that proxies refuse the listener.
 */
final class FilterPlacement {

  private static final Set<String> AUTHENTICATION =
      Set.of(
          "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
          "istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig");

  private static final Set<String> AUTHORIZATION =
      Set.of(
          "envoy.extensions.filters.http.rbac.v3.RBAC",
          "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
          "envoy.extensions.filters.network.rbac.v3.RBAC",
          "envoy.extensions.filters.network.ext_authz.v3.ExtAuthz");

  private static final Set<String> STATISTICS =
      Set.of("stats.PluginConfig", "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig");

  /** What Istio puts before the authentication filters. */
  private static final Set<String> PEER_METADATA =
      Set.of(
          "io.istio.http.peer_metadata.Config",
          "envoy.tcp.metadataexchange.config.MetadataExchange");

  private static final Set<String> TERMINAL =
      Set.of(
          "envoy.extensions.filters.http.router.v3.Router",
          "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
          "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
          "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy",
          "envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy",
          "envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy",
          "envoy.extensions.filters.network.generic_proxy.v3.GenericProxy",
          "envoy.extensions.filters.network.echo.v3.Echo",
          "envoy.extensions.filters.network.direct_response.v3.Config");

  private FilterPlacement() {}

  static <T extends Message> int indexFor(FilterKind<T> kind, List<T> filters, OrderedPatch patch) {
    return switch (patch.patch().filterClass()) {
      case UNSPECIFIED ->
          patch.patch().applyTo() == ApplyTo.HTTP_FILTER
              ? beforeTerminal(kind, filters)
              : filters.size();
      case AUTHN -> after(kind, filters, List.of(PEER_METADATA, AUTHENTICATION));
      case AUTHZ -> after(kind, filters, List.of(PEER_METADATA, AUTHENTICATION, AUTHORIZATION));
      case STATS -> before(kind, filters, STATISTICS);
    };
  }

  static boolean isTerminal(String typeUrl) {
    return TERMINAL.contains(MessageTypes.nameOf(typeUrl));
  }

  private static <T extends Message> int beforeTerminal(FilterKind<T> kind, List<T> filters) {
    int last = filters.size() - 1;
    return last >= 0 && isTerminal(kind.typeUrl(filters.get(last))) ? last : filters.size();
  }

  /** Behind the last filter of these groups; at the front when there is none. */
  private static <T extends Message> int after(
      FilterKind<T> kind, List<T> filters, List<Set<String>> groups) {
    for (int i = filters.size() - 1; i >= 0; i--) {
      String type = MessageTypes.nameOf(kind.typeUrl(filters.get(i)));
      if (groups.stream().anyMatch(group -> group.contains(type))) {
        return i + 1;
      }
    }
    return 0;
  }

  private static <T extends Message> int before(
      FilterKind<T> kind, List<T> filters, Set<String> group) {
    for (int i = 0; i < filters.size(); i++) {
      if (group.contains(MessageTypes.nameOf(kind.typeUrl(filters.get(i))))) {
        return i;
      }
    }
    return beforeTerminal(kind, filters);
  }
}
