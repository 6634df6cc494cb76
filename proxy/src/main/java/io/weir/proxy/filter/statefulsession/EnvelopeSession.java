package io.weir.proxy.filter.statefulsession;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/**
 * The upstream's own session header with the host wrapped around it: Base64 of the host, {@code
 * ;UV:}, Base64 of the upstream's value. Upstreams see their own values only.
 */
record EnvelopeSession(HeaderName name) implements SessionState.Reader {
  private static final String SEPARATOR = ";UV:";

  @Override
  public SessionState read(HeaderMap request, long wallMillis) {
    String value = request.get(name);
    int at = value == null ? -1 : value.indexOf(SEPARATOR);
    if (value == null || at < 0) {
      return new Found(name, null);
    }
    String host = Base64Text.text(value.substring(0, at));
    String own = Base64Text.text(value.substring(at + SEPARATOR.length()));
    if (host == null || own == null) {
      return new Found(name, null);
    }
    request.set(name, own);
    return new Found(name, host);
  }

  private record Found(HeaderName name, @Nullable String address) implements SessionState {
    @Override
    public void tell(String host, HeaderMap response) {
      int own = response.find(name);
      if (own >= 0 && response.find(name, own) < 0) {
        String value = response.value(own);
        response.set(name, Base64Text.encode(host) + SEPARATOR + Base64Text.encode(value));
      }
    }
  }
}
