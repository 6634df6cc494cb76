package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.List;

/** Filters of the security policies that hold for a proxy. */
record SecurityFilters(
    List<HttpFilter> customHttp,
    List<HttpFilter> jwt,
    List<HttpFilter> rbacHttp,
    List<Filter> customNetwork,
    List<Filter> rbacNetwork) {}
