package io.weir.proxy.filter.statefulsession;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** A session in a header: the host in Base64. */
record HeaderSession(HeaderName name) implements SessionState.Reader {

  @Override
  public SessionState read(HeaderMap request, long wallMillis) {
    String value = request.get(name);
    return new Found(name, value == null ? null : Base64Text.text(value));
  }

  private record Found(HeaderName name, @Nullable String address) implements SessionState {
    @Override
    public void tell(String host, HeaderMap response) {
      if (!host.equals(address)) {
        response.set(name, Base64Text.encode(host));
      }
    }
  }
}
