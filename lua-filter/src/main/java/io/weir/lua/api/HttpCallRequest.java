package io.weir.lua.api;

import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * A call-out that a script asks for.
 *
 * @param timeoutMillis 0 for none
 * @param asynchronous whether the script goes on at once and never hears of the answer
 * @param duplicateHeaders whether repeated response headers come as lists
 */
public record HttpCallRequest(
    String cluster,
    HeaderMap headers,
    byte @Nullable [] body,
    long timeoutMillis,
    boolean asynchronous,
    boolean duplicateHeaders,
    boolean sendXff) {}
