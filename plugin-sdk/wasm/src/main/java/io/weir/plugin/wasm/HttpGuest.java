package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.ExchangeEndedError;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.PluginFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The exported callbacks of an HTTP plugin's module. The build generates an entry class that
 * exports those which the plugin overrides and forwards them here. A module may serve several
 * configurations: each root context has its own plugin instance.
 *
 * <p>Nothing thrown leaves an export: the VM would be dead and every other stream with it.
 */
public final class HttpGuest {
  static final int CONTINUE = 0;
  static final int PAUSE = 1;

  private static final Contexts<HttpPlugin> PLUGINS = new Contexts<>();
  private static final Contexts<GuestExchange> EXCHANGES = new Contexts<>();
  private static @Nullable PluginFactory<HttpPlugin> factory;

  private HttpGuest() {}

  /** Called once, from {@code _initialize}. */
  public static void install(PluginFactory<HttpPlugin> plugin) {
    factory = plugin;
  }

  /** {@code proxy_on_context_create}. */
  public static void onContextCreate(int context, int root) {
    if (root == 0) {
      return;
    }
    HttpPlugin plugin = PLUGINS.get(root);
    if (plugin != null) {
      EXCHANGES.put(context, new GuestExchange(context, root, plugin));
    }
  }

  /** {@code proxy_on_configure}. */
  public static int onConfigure(int root, int length) {
    try {
      PluginFactory<HttpPlugin> make = factory;
      if (make != null) {
        PLUGINS.put(root, make.make(new GuestContext(root, length)));
      }
      return 1;
    } catch (Throwable e) {
      GuestLog.INSTANCE.error("configuration refused: " + e.getMessage());
      return 0;
    }
  }

  /** {@code proxy_on_request_headers}. */
  public static int onRequestHeaders(int context, int count, int endOfStream) {
    try {
      GuestExchange exchange = exchange(context).enterRequest();
      return status(
          exchange.settledRequest(exchange.plugin().onRequestHeaders(exchange, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_request_headers} of plugins that read the headers later, too. */
  public static int onRequestHeadersKept(int context, int count, int endOfStream) {
    int status = onRequestHeaders(context, count, endOfStream);
    if (status == CONTINUE) {
      freezeHeaders(context, Abi.REQUEST_STREAM);
    }
    return status;
  }

  /** {@code proxy_on_request_body}. */
  public static int onRequestBody(int context, int length, int endOfStream) {
    return requestBody(context, new GuestBody(Abi.REQUEST_BODY, 0, length), endOfStream);
  }

  static int requestBody(int context, GuestBody body, int endOfStream) {
    try {
      GuestExchange exchange = exchange(context);
      if (exchange.quiet()) {
        return CONTINUE;
      }
      exchange.enterRequest();
      return status(
          exchange.settledRequest(
              exchange.plugin().onRequestBody(exchange, body, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_request_trailers}. */
  public static int onRequestTrailers(int context, int count) {
    try {
      GuestExchange exchange = exchange(context);
      if (exchange.quiet()) {
        return CONTINUE;
      }
      exchange.enterRequest();
      return status(exchange.settledRequest(exchange.plugin().onRequestTrailers(exchange)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_response_headers}. */
  public static int onResponseHeaders(int context, int count, int endOfStream) {
    try {
      GuestExchange exchange = exchange(context);
      if (exchange.over(Abi.RESPONSE_STREAM)) {
        return CONTINUE;
      }
      exchange.enterResponse();
      return status(
          exchange.settledResponse(
              exchange.plugin().onResponseHeaders(exchange, endOfStream != 0)));
    } catch (Throwable e) {
      return failedResponse(context, e);
    }
  }

  /** {@code proxy_on_response_headers} of plugins that read the headers later, too. */
  public static int onResponseHeadersKept(int context, int count, int endOfStream) {
    int status = onResponseHeaders(context, count, endOfStream);
    if (status == CONTINUE) {
      freezeHeaders(context, Abi.RESPONSE_STREAM);
    }
    return status;
  }

  /** {@code proxy_on_response_body}. */
  public static int onResponseBody(int context, int length, int endOfStream) {
    return responseBody(context, new GuestBody(Abi.RESPONSE_BODY, 0, length), endOfStream);
  }

  static int responseBody(int context, GuestBody body, int endOfStream) {
    try {
      GuestExchange exchange = exchange(context);
      if (exchange.over(Abi.RESPONSE_STREAM)) {
        return CONTINUE;
      }
      exchange.enterResponse();
      return status(
          exchange.settledResponse(
              exchange.plugin().onResponseBody(exchange, body, endOfStream != 0)));
    } catch (Throwable e) {
      return failedResponse(context, e);
    }
  }

  /** {@code proxy_on_response_trailers}. */
  public static int onResponseTrailers(int context, int count) {
    try {
      GuestExchange exchange = exchange(context);
      if (exchange.over(Abi.RESPONSE_STREAM)) {
        return CONTINUE;
      }
      exchange.enterResponse();
      return status(exchange.settledResponse(exchange.plugin().onResponseTrailers(exchange)));
    } catch (Throwable e) {
      return failedResponse(context, e);
    }
  }

  /** {@code proxy_on_log}. */
  public static void onLog(int context) {
    try {
      GuestExchange exchange = exchange(context);
      exchange.plugin().onEnd(exchange);
    } catch (Throwable e) {
      GuestLog.failure(e);
    }
  }

  /** {@code proxy_on_tick}. */
  public static void onTick(int root) {
    try {
      HttpPlugin plugin = PLUGINS.get(root);
      if (plugin != null) {
        plugin.onTick();
      }
    } catch (Throwable e) {
      GuestLog.failure(e);
    }
  }

  /** {@code proxy_on_queue_ready}. */
  public static void onQueue(int root, int queue) {
    try {
      HttpPlugin plugin = PLUGINS.get(root);
      GuestQueue opened = GuestQueue.of(queue);
      if (plugin != null && opened != null) {
        plugin.onQueue(opened);
      }
    } catch (Throwable e) {
      GuestLog.failure(e);
    }
  }

  /** {@code proxy_on_http_call_response}; exported by plugins that make calls. */
  public static void onCallReply(
      int context, int token, int headers, int bodyLength, int trailers) {
    if (GuestCalls.take(token) instanceof GuestCalls.Callback callback) {
      replied(callback, headers, bodyLength);
    }
  }

  static void replied(GuestCalls.Callback callback, int headers, int bodyLength) {
    // The host answers the plugin; what follows concerns the stream that asked.
    tell(callback.context(), callback.then(), GuestCalls.reply(headers, bodyLength));
  }

  /** {@code proxy_on_grpc_receive}; exported by plugins that make gRPC calls. */
  public static void onGrpcReceive(int context, int token, int length) {
    if (GuestCalls.take(token) instanceof GuestGrpc.Callback callback) {
      replied(callback, GuestGrpc.received(length));
    }
  }

  /** {@code proxy_on_grpc_close}. */
  public static void onGrpcClose(int context, int token, int status) {
    if (GuestCalls.take(token) instanceof GuestGrpc.Callback callback) {
      replied(callback, GuestGrpc.closed(status));
    }
  }

  static void replied(GuestGrpc.Callback callback, GrpcReply reply) {
    tell(callback.context(), callback.then(), reply);
  }

  private static <T> void tell(int context, Consumer<T> then, T reply) {
    if (Abi.setEffectiveContext(context) != Abi.OK) {
      return;
    }
    try {
      then.accept(reply);
    } catch (Throwable e) {
      failed(context, e);
      GuestExchange exchange = EXCHANGES.get(context);
      if (exchange != null && !exchange.replied()) {
        exchange.release();
      }
    }
  }

  /** {@code proxy_on_delete} of plugins that make calls. */
  public static void onDeleteCalls(int context) {
    GuestCalls.forget(context);
    onDelete(context);
  }

  /** {@code proxy_on_delete}. */
  public static void onDelete(int context) {
    PLUGINS.remove(context);
    EXCHANGES.remove(context);
  }

  private static GuestExchange exchange(int context) {
    GuestExchange exchange = EXCHANGES.get(context);
    if (exchange == null) {
      throw new IllegalStateException("no stream " + context);
    }
    return exchange;
  }

  private static int status(Action action) {
    return action == Action.CONTINUE ? CONTINUE : PAUSE;
  }

  static void freezeHeaders(int context, int stream) {
    GuestExchange exchange = EXCHANGES.get(context);
    if (exchange == null) {
      return;
    }
    if (stream == Abi.REQUEST_STREAM) {
      exchange.freezeRequestHeaders();
    } else {
      exchange.freezeResponseHeaders();
    }
  }

  /** Whether callbacks of a direction are of no use any more. */
  static boolean over(int context, int stream) {
    GuestExchange exchange = EXCHANGES.get(context);
    return exchange == null || exchange.over(stream);
  }

  static int failed(int context, Throwable error) {
    if (error instanceof ExchangeEndedError) {
      return PAUSE;
    }
    GuestLog.failure(error);
    GuestExchange exchange = EXCHANGES.get(context);
    if (exchange == null) {
      return PAUSE;
    }
    boolean quiet = exchange.quiet();
    exchange.quieten();
    if (!exchange.replied()) {
      if (quiet || exchange.failsOpen()) {
        return CONTINUE;
      }
      exchange.reply(500, "");
    }
    return PAUSE;
  }

  /** As {@link #failed}; an answer of the plugin's own that was on its way goes out as it is. */
  private static int failedResponse(int context, Throwable error) {
    GuestExchange exchange = EXCHANGES.get(context);
    boolean answered = exchange != null && exchange.replied();
    int status = failed(context, error);
    return answered ? CONTINUE : status;
  }
}
