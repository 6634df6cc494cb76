package io.weir.proxy.router;

/** {@code non_forwarding_action}: for servers that speak xDS; a proxy answers 404. */
record NoForwarding() implements RouteAction {}
