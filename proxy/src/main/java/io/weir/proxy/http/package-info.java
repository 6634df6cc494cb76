/**
 * The HTTP connection manager: streams, the filter manager, local replies, forwarding headers,
 * timeouts.
 */
@NullMarked
package io.weir.proxy.http;

import org.jspecify.annotations.NullMarked;
