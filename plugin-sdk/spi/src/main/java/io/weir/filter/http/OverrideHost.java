package io.weir.filter.http;

/**
 * The host that a filter asks for.
 *
 * @param address {@code ip:port}
 * @param strict whether no other host will do
 */
public record OverrideHost(String address, boolean strict) {}
