package io.weir.proxy.filter.basicauth;

import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code BasicAuth}.
 *
 * @param header where the credentials are
 * @param forward the header that the user's name goes into, or null
 * @param allowMissing whether a request without Basic credentials goes on
 * @param emitMetadata whether the user's name goes into dynamic metadata
 * @param realm what the client is told; empty for the request's URL
 */
record BasicAuthSettings(
    Users users,
    HeaderName header,
    @Nullable HeaderName forward,
    boolean allowMissing,
    boolean emitMetadata,
    String realm) {}
