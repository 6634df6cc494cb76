package io.weir.proxy.router;

import io.weir.proxy.formatter.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * {@code direct_response}. Immutable.
 *
 * @param format {@code body_format}, null when there is none
 */
record DirectResponse(int status, byte[] body, @Nullable Formatter format) implements RouteAction {}
