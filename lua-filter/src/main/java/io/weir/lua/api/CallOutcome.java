package io.weir.lua.api;

import io.weir.filter.http.HeaderMap;

/**
 * What came of a call-out.
 *
 * @param headers with {@code :status}
 * @param body empty when there was none
 */
public record CallOutcome(HeaderMap headers, byte[] body) {}
