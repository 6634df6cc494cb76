package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.HcmConfig.ServerHeader;
import org.jspecify.annotations.Nullable;

/** Adds to a response's headers what the proxy owes, drops what is not for the client. */
final class ResponseCompletion {
  private final HcmConfig config;
  private final Worker worker;

  ResponseCompletion(HcmConfig config, Worker worker) {
    this.config = config;
    this.worker = worker;
  }

  /**
   * @param upgraded whether the response accepts an upgrade, whose headers must stay
   */
  void complete(HeaderMap headers, @Nullable HeaderMap request, boolean upgraded) {
    if (!headers.contains(HeaderName.DATE)) {
      worker.local(DateHeader.LOCAL).add(headers, worker);
    }
    ServerHeader mode = config.serverHeader();
    if (mode == ServerHeader.OVERWRITE
        || mode == ServerHeader.APPEND_IF_ABSENT && !headers.contains(HeaderName.SERVER)) {
      headers.set(HeaderName.SERVER, config.serverName());
    }
    if (!upgraded) {
      headers.remove(HeaderName.CONNECTION);
      headers.remove(HeaderName.UPGRADE);
    }
    headers.remove(HeaderName.TRANSFER_ENCODING);
    headers.remove(HeaderName.KEEP_ALIVE);
    headers.remove(HeaderName.PROXY_CONNECTION);
    if (request != null
        && (config.forwarding().alwaysSetRequestId()
            || request.contains(HeaderName.X_ENVOY_FORCE_TRACE))) {
      String requestId = request.get(HeaderName.X_REQUEST_ID);
      if (requestId != null) {
        headers.set(HeaderName.X_REQUEST_ID, requestId);
      }
    }
    if (!config.forwarding().via().isEmpty()) {
      RequestSanitizer.appendVia(headers, config.forwarding().via());
    }
  }
}
