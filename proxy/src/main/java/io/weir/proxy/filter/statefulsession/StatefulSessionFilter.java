package io.weir.proxy.filter.statefulsession;

import io.netty.util.NetUtil;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.OverrideHost;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Sends a request to the host of its session, and the session to a client that has none. */
final class StatefulSessionFilter implements HttpFilter {
  private final HttpFilterCallbacks callbacks;
  private final SessionSettings settings;
  private @Nullable SessionState session;

  StatefulSessionFilter(HttpFilterCallbacks callbacks, SessionSettings settings) {
    this.callbacks = callbacks;
    this.settings = settings;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    SessionSettings own =
        callbacks.routeConfig() instanceof SessionSettings found ? found : settings;
    SessionState.Reader reader = own.reader();
    if (reader == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    session = reader.read(headers, callbacks.worker().wallMillis());
    String address = session == null ? null : session.address();
    if (address != null) {
      callbacks.setUpstreamOverrideHost(new OverrideHost(address, own.strict()));
    }
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    StreamInfo.UpstreamInfo upstream = callbacks.streamInfo().upstream();
    if (session != null
        && upstream != null
        && upstream.hostAddress() instanceof InetSocketAddress host) {
      session.tell(NetUtil.toSocketAddressString(host), headers);
    }
    return FilterHeadersStatus.CONTINUE;
  }
}
