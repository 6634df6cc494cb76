package io.weir.controlplane.generate;

import java.util.List;

/**
 * All that a virtual host depends on.
 *
 * @param rules in their order; empty when the host simply goes to its service
 * @param scope of the route to {@code cluster}
 * @param cluster where requests go without rules; empty to answer 404
 */
record VirtualHostInput(
    String name,
    List<String> domains,
    List<BoundRules> rules,
    String cluster,
    boolean requireTls,
    RouteScope scope) {}
