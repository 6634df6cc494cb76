package io.weir.filter;

/** The kinds of extension that the proxy loads by type URL or name; Envoy's category names. */
public enum ExtensionCategory {
  HTTP_FILTER("envoy.filters.http"),
  UPSTREAM_HTTP_FILTER("envoy.filters.http.upstream"),
  NETWORK_FILTER("envoy.filters.network"),
  LISTENER_FILTER("envoy.filters.listener"),
  ACCESS_LOGGER("envoy.access_loggers"),
  STATS_SINK("envoy.stats_sinks"),
  BOOTSTRAP_EXTENSION("envoy.bootstrap"),
  LOAD_BALANCING_POLICY("envoy.load_balancing_policies");

  private final String envoyName;

  ExtensionCategory(String envoyName) {
    this.envoyName = envoyName;
  }

  /** The category's name in Envoy's {@code Node.extensions}. */
  public String envoyName() {
    return envoyName;
  }
}
