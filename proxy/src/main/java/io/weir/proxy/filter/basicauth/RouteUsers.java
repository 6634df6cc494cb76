package io.weir.proxy.filter.basicauth;

import io.weir.filter.http.RouteConfig;

/**
 * {@code BasicAuthPerRoute}.
 *
 * @param realm empty for the filter's own
 */
record RouteUsers(Users users, String realm) implements RouteConfig {}
