package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.RouteConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code ExtAuthzPerRoute}.
 *
 * @param extensions told to a service over gRPC
 * @param body in place of the filter's own; null to leave that
 */
record RouteCheck(
    boolean disabled,
    boolean withoutBody,
    AuthzSettings.@Nullable BodyLimit body,
    Map<String, String> extensions)
    implements RouteConfig {}
