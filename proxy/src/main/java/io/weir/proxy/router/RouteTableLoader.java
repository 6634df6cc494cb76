package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.route.RouteTable;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.route.v3.RouteConfiguration}. */
public final class RouteTableLoader {
  private RouteTableLoader() {}

  /**
   * Compiles a route configuration.
   *
   * @param validateClusters whether clusters must exist when the message does not say: true for
   *     routes inside a static listener, false for RDS
   * @return null when problems were reported
   */
  public static @Nullable RouteTable load(
      RouteConfiguration message, LoadContext context, boolean validateClusters) {
    int before = context.problems().count();
    boolean validate =
        message.hasValidateClusters() ? message.getValidateClusters().getValue() : validateClusters;
    var table =
        new CompiledRouteTable(
            new CompiledRouteTable.Settings(
                message.getName(),
                message.getMostSpecificHeaderMutationsWins(),
                message.getIgnorePortInHostMatching(),
                message.getIgnorePathParametersInPathMatching(),
                message.getInternalOnlyHeadersList().stream().map(HeaderName::of).toList()),
            HeaderMutationsLoader.load(
                message.getRequestHeadersToAddList(),
                message.getRequestHeadersToRemoveList(),
                "request",
                context.problems()),
            HeaderMutationsLoader.load(
                message.getResponseHeadersToAddList(),
                message.getResponseHeadersToRemoveList(),
                "response",
                context.problems()));
    FilterConfigs configs =
        FilterConfigs.load(message.getTypedPerFilterConfigMap(), FilterConfigs.NONE, context);
    long maxBody =
        message.hasMaxDirectResponseBodySizeBytes()
            ? message.getMaxDirectResponseBodySizeBytes().getValue()
            : 4096;
    var mirrors = MirrorPolicies.load(message.getRequestMirrorPoliciesList(), validate, context);
    var scope = new VirtualHostLoader.Scope(table, configs, mirrors, validate, maxBody);
    var index = new DomainIndex.Builder<VirtualHost>();
    for (int i = 0; i < message.getVirtualHostsCount(); i++) {
      VirtualHostLoader.load(
          message.getVirtualHosts(i), scope, index, context.at("virtual_hosts[" + i + "]"));
    }
    table.setHosts(index.build());
    return context.problems().count() == before ? table : null;
  }
}
