package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.HttpPlugin;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The exported callbacks of an HTTP plugin's module. The build generates an entry class that
 * exports those which the plugin overrides and forwards them here. A module may serve several
 * configurations: each root context has its own plugin instance.
 *
 * <p>Nothing thrown leaves an export: the VM would be dead and every other stream with it.
 */
public final class HttpGuest {
  private static final int CONTINUE = 0;
  private static final int PAUSE = 1;

  private static final Map<Integer, HttpPlugin> PLUGINS = new HashMap<>();
  private static final Map<Integer, HttpPlugin> OWNERS = new HashMap<>();
  private static final Map<Integer, GuestExchange> EXCHANGES = new HashMap<>();
  private static @Nullable Supplier<HttpPlugin> factory;

  private HttpGuest() {}

  /** Called once, from {@code _initialize}. */
  public static void install(Supplier<HttpPlugin> plugin) {
    factory = plugin;
  }

  /** {@code proxy_on_context_create}. */
  public static void onContextCreate(int context, int root) {
    if (root == 0) {
      Supplier<HttpPlugin> make = factory;
      if (make != null) {
        PLUGINS.put(context, make.get());
      }
      return;
    }
    HttpPlugin plugin = PLUGINS.get(root);
    if (plugin != null) {
      OWNERS.put(context, plugin);
      EXCHANGES.put(context, new GuestExchange(context));
    }
  }

  /** {@code proxy_on_configure}. */
  public static int onConfigure(int root, int length) {
    try {
      HttpPlugin plugin = PLUGINS.get(root);
      if (plugin != null) {
        plugin.start(new GuestContext(length));
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
      GuestExchange exchange = exchange(context).enter();
      return status(exchange.settled(plugin(context).onRequestHeaders(exchange, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_request_body}. */
  public static int onRequestBody(int context, int length, int endOfStream) {
    try {
      var body = new GuestBody(Abi.REQUEST_BODY, length);
      GuestExchange exchange = exchange(context).enter();
      return status(
          exchange.settled(plugin(context).onRequestBody(exchange, body, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_request_trailers}. */
  public static int onRequestTrailers(int context, int count) {
    try {
      GuestExchange exchange = exchange(context).enter();
      return status(exchange.settled(plugin(context).onRequestTrailers(exchange)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_response_headers}. */
  public static int onResponseHeaders(int context, int count, int endOfStream) {
    try {
      GuestExchange exchange = exchange(context).enter();
      return status(
          exchange.settled(plugin(context).onResponseHeaders(exchange, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_response_body}. */
  public static int onResponseBody(int context, int length, int endOfStream) {
    try {
      var body = new GuestBody(Abi.RESPONSE_BODY, length);
      GuestExchange exchange = exchange(context).enter();
      return status(
          exchange.settled(plugin(context).onResponseBody(exchange, body, endOfStream != 0)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_response_trailers}. */
  public static int onResponseTrailers(int context, int count) {
    try {
      GuestExchange exchange = exchange(context).enter();
      return status(exchange.settled(plugin(context).onResponseTrailers(exchange)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_log}. */
  public static void onLog(int context) {
    try {
      plugin(context).onEnd(exchange(context));
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

  /** {@code proxy_on_http_call_response}; exported by plugins that make calls. */
  public static void onCallReply(
      int context, int token, int headers, int bodyLength, int trailers) {
    GuestCalls.reply(token, headers, bodyLength);
  }

  /** {@code proxy_on_delete} of plugins that make calls. */
  public static void onDeleteCalls(int context) {
    GuestCalls.forget(context);
    onDelete(context);
  }

  /** {@code proxy_on_delete}. */
  public static void onDelete(int context) {
    PLUGINS.remove(context);
    OWNERS.remove(context);
    EXCHANGES.remove(context);
  }

  private static HttpPlugin plugin(int context) {
    HttpPlugin plugin = OWNERS.get(context);
    if (plugin == null) {
      throw new IllegalStateException("no stream " + context);
    }
    return plugin;
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

  static int failed(int context, Throwable error) {
    GuestLog.failure(error);
    GuestExchange exchange = EXCHANGES.get(context);
    if (exchange != null) {
      exchange.failed();
      exchange.reply(500, "");
    }
    return PAUSE;
  }
}
