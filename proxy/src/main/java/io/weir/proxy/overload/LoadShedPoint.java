package io.weir.proxy.overload;

import org.jspecify.annotations.Nullable;

/** A place in the proxy where work may be refused; Envoy's names. */
public enum LoadShedPoint {
  TCP_LISTENER_ACCEPT("tcp_listener_accept"),
  HTTP_CONNECTION_MANAGER_DECODE_HEADERS("http_connection_manager_decode_headers"),
  HTTP1_SERVER_ABORT_DISPATCH("http1_server_abort_dispatch"),
  HTTP2_SERVER_GO_AWAY_ON_DISPATCH("http2_server_go_away_on_dispatch"),
  HTTP2_SERVER_GO_AWAY_AND_CLOSE_ON_DISPATCH("http2_server_go_away_and_close_on_dispatch"),
  HTTP3_SERVER_GO_AWAY_ON_DISPATCH("http3_server_go_away_on_dispatch"),
  HTTP3_SERVER_GO_AWAY_AND_CLOSE_ON_DISPATCH("http3_server_go_away_and_close_on_dispatch"),
  HCM_ONDATA_CREATING_CODEC("hcm_ondata_creating_codec"),
  HTTP_DOWNSTREAM_FILTER_CHECK("http_downstream_filter_check"),
  CONNECTION_POOL_NEW_CONNECTION("connection_pool_new_connection"),
  TCP_PROXY_ON_DATA("tcp_proxy_on_data"),
  TCP_PROXY_UPSTREAM_CONNECT("tcp_proxy_upstream_connect");

  private final String text;

  LoadShedPoint(String name) {
    this.text = "envoy.load_shed_points." + name;
  }

  public String text() {
    return text;
  }

  /** Null when there is none of that name. */
  static @Nullable LoadShedPoint of(String name) {
    for (LoadShedPoint point : values()) {
      if (point.text.equals(name)) {
        return point;
      }
    }
    return null;
  }
}
