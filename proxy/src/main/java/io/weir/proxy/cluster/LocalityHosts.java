package io.weir.proxy.cluster;

import io.weir.filter.NodeInfo.Locality;

/**
 * The hosts of one locality and priority. Immutable; the arrays are not to be changed.
 *
 * @param weight 0 when the configuration gives none
 */
public record LocalityHosts(
    Locality locality, int weight, Host[] hosts, Host[] healthy, Host[] degraded) {}
