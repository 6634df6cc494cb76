package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.RouteConfig;
import org.jspecify.annotations.Nullable;

/**
 * {@code ExtAuthzPerRoute}.
 *
 * @param body in place of the filter's own; null to leave that
 */
record RouteCheck(boolean disabled, boolean withoutBody, AuthzSettings.@Nullable BodyLimit body)
    implements RouteConfig {}
