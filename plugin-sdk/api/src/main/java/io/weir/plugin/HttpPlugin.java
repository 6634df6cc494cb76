package io.weir.plugin;

/**
 * A plugin for HTTP requests and responses. One instance serves one worker (in a wasm module: one
 * VM), so fields need no locks and are not shared. The class needs a public constructor without
 * arguments.
 *
 * <p>Callbacks come in the order of the exchange: request headers, request body pieces, request
 * trailers, response headers, response body pieces, response trailers, end. Override only what you
 * use: in a wasm module each overridden callback is one crossing into the sandbox.
 *
 * <p>An exception that leaves a callback is logged with its stack and answered with status 500, or
 * ignored after {@link PluginContext#failOpen}; the plugin and its other exchanges go on.
 */
public interface HttpPlugin {

  /**
   * The configuration was loaded; called once per worker before any exchange.
   *
   * @throws ConfigurationException to refuse the configuration; the proxy shows the message
   */
  default void start(PluginContext context) {}

  /**
   * Request headers.
   *
   * @param endOfStream no body and no trailers follow
   */
  default Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    return Action.CONTINUE;
  }

  /**
   * A piece of the request body, or all of what was held back by {@link Action#PAUSE} so far.
   *
   * @param body the bytes; may be replaced
   */
  default Action onRequestBody(HttpExchange exchange, Body body, boolean endOfStream) {
    return Action.CONTINUE;
  }

  default Action onRequestTrailers(HttpExchange exchange) {
    return Action.CONTINUE;
  }

  /**
   * Response headers.
   *
   * @param endOfStream no body and no trailers follow
   */
  default Action onResponseHeaders(HttpExchange exchange, boolean endOfStream) {
    return Action.CONTINUE;
  }

  /** A piece of the response body; as {@link #onRequestBody}. */
  default Action onResponseBody(HttpExchange exchange, Body body, boolean endOfStream) {
    return Action.CONTINUE;
  }

  default Action onResponseTrailers(HttpExchange exchange) {
    return Action.CONTINUE;
  }

  /** As often as {@link PluginContext#tickEvery} said, outside any exchange. */
  default void onTick() {}

  /** An item was added to a queue of which this instance is told; outside any exchange. */
  default void onQueue(SharedQueue queue) {}

  /** The exchange has ended, well or not; headers can still be read. */
  default void onEnd(HttpExchange exchange) {}
}
