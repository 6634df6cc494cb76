package io.weir.plugin;

import java.util.List;

/**
 * HTTP requests to the proxy's clusters as straight-line code: a method returns when the reply is
 * there. Until then the callback steps aside, and with it the request or response that it was
 * called for; the worker goes on with others.
 *
 * <p>For callbacks of an exchange and for {@link HttpPlugin#onTick}; elsewhere every method throws
 * {@link IllegalStateException}. What comes in for the waiting direction meanwhile is shown to the
 * plugin afterwards; fields of the plugin may have been changed by other exchanges. Never call
 * while holding a monitor.
 *
 * <p>When the exchange ends during the wait, the method throws {@link ExchangeEndedError}: {@code
 * finally} blocks run, and nothing else should.
 *
 * <p>The proxy answers in a service's place with 503 when it cannot be reached and with 504 when it
 * is too slow; see {@link CallReply#failed}.
 */
public interface HttpCalls {
  /** A GET request with the default timeout; see {@link Call#get}. */
  default CallReply get(String cluster, String path) {
    return send(Call.get(cluster, path));
  }

  /** A POST request with the default timeout. */
  default CallReply post(String cluster, String path, String body) {
    return send(Call.post(cluster, path, body));
  }

  /** Sends a request and waits for its reply. */
  default CallReply send(Call call) {
    return all(call).getFirst();
  }

  /** Sends requests side by side and waits for all replies, which are in the order of the calls. */
  List<CallReply> all(Call... calls);
}
