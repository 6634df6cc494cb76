package io.weir.controlplane.generate;

/** Istio's names of clusters, by which EnvoyFilters find them. */
final class ClusterName {

  static final String PASSTHROUGH = "PassthroughCluster";
  static final String BLACK_HOLE = "BlackHoleCluster";
  static final String INBOUND_PASSTHROUGH = "InboundPassthroughCluster";

  private ClusterName() {}

  static String outbound(String host, int port, String subset) {
    return "outbound|" + port + "|" + subset + "|" + host;
  }

  static String inbound(int port) {
    return "inbound|" + port + "||";
  }

  /** What a client asks for in TLS, so that a gateway in between can tell services apart. */
  static String sni(String host, int port, String subset) {
    return "outbound_." + port + "_." + subset + "_." + host;
  }
}
