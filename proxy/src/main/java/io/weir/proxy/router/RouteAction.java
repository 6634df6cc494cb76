package io.weir.proxy.router;

/** What a route does with a request. */
sealed interface RouteAction permits ForwardAction, RedirectAction, DirectResponse {}
