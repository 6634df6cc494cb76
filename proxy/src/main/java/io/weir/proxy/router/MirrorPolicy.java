package io.weir.proxy.router;

import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.HeaderChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of {@code request_mirror_policies}. Immutable.
 *
 * @param cluster empty when {@code clusterHeader} names it
 * @param shadowSuffix whether {@code -shadow} is put behind the host
 * @param changes made to the headers of the copy
 * @param host the copy's host, or null to keep it (with the suffix)
 */
record MirrorPolicy(
    String cluster,
    @Nullable HeaderName clusterHeader,
    @Nullable RuntimeFraction fraction,
    boolean shadowSuffix,
    List<HeaderChange> changes,
    @Nullable String host) {}
