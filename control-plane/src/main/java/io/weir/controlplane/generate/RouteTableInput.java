package io.weir.controlplane.generate;

import java.util.List;

/**
 * All that a route table depends on.
 *
 * @param unknownHosts what becomes of requests to other hosts
 * @param unknownCluster where they go if they pass
 */
record RouteTableInput(
    String name, List<VirtualHostInput> hosts, UnknownHosts unknownHosts, String unknownCluster) {

  /** The catch-all. */
  enum UnknownHosts {
    /** No virtual host: 404. */
    NOT_FOUND,
    /** On to where the client wanted to go. */
    PASS,
    /** 502. */
    BLOCK
  }
}
