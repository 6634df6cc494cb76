package io.weir.proxy.router;

import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.RuntimeFraction;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code request_mirror_policies}. Immutable.
 *
 * @param cluster empty when {@code clusterHeader} names it
 * @param shadowSuffix whether {@code -shadow} is put behind the host
 */
record MirrorPolicy(
    String cluster,
    @Nullable HeaderName clusterHeader,
    @Nullable RuntimeFraction fraction,
    boolean shadowSuffix) {}
