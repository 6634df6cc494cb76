package io.weir.proxy.network;

import io.weir.filter.FilterState;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * What the other end of a tunnel answered with, headers or trailers, as logs show it.
 *
 * @param json {@code {"headers":[{"key":...,"value":...}]}}
 */
record TunnelHeaders(String json) implements FilterState.Serializable {
  static final String HEADERS = "envoy.tcp_proxy.propagate_response_headers";
  static final String TRAILERS = "envoy.tcp_proxy.propagate_response_trailers";

  static TunnelHeaders of(HeaderMap map) {
    var json = new StringBuilder("{\"headers\":[");
    for (int i = 0; i < map.size(); i++) {
      json.append(i == 0 ? "{\"key\":\"" : ",{\"key\":\"");
      quote(map.name(i), json);
      json.append("\",\"value\":\"");
      quote(map.value(i), json);
      json.append("\"}");
    }
    return new TunnelHeaders(json.append("]}").toString());
  }

  private static void quote(String text, StringBuilder json) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00").append(Character.forDigit(c >> 4, 16));
        json.append(Character.forDigit(c & 15, 16));
      } else {
        json.append(c);
      }
    }
  }

  @Override
  public @Nullable String serializeAsString() {
    return null;
  }

  @Override
  public String serializeAsJson() {
    return json;
  }
}
