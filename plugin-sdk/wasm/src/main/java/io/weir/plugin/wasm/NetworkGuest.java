package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.PluginFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The exported callbacks of a network plugin's module; see {@link HttpGuest}. */
public final class NetworkGuest {
  private static final int CONTINUE = 0;
  private static final int PAUSE = 1;

  private static final Contexts<NetworkPlugin> PLUGINS = new Contexts<>();
  private static final Contexts<GuestConnection> CONNECTIONS = new Contexts<>();
  private static @Nullable PluginFactory<NetworkPlugin> factory;

  private NetworkGuest() {}

  /** Called once, from {@code _initialize}. */
  public static void install(PluginFactory<NetworkPlugin> plugin) {
    factory = plugin;
  }

  /** {@code proxy_on_context_create}. */
  public static void onContextCreate(int context, int root) {
    if (root == 0) {
      return;
    }
    NetworkPlugin plugin = PLUGINS.get(root);
    if (plugin != null) {
      CONNECTIONS.put(context, new GuestConnection(context, plugin));
    }
  }

  /** {@code proxy_on_configure}. */
  public static int onConfigure(int root, int length) {
    try {
      PluginFactory<NetworkPlugin> make = factory;
      if (make != null) {
        PLUGINS.put(root, make.make(new GuestContext(root, length)));
      }
      return 1;
    } catch (Throwable e) {
      GuestLog.INSTANCE.error("configuration refused: " + e.getMessage());
      return 0;
    }
  }

  /** {@code proxy_on_new_connection}. */
  public static int onNewConnection(int context) {
    try {
      GuestConnection connection = connection(context);
      return status(connection.plugin().onNewConnection(connection));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_downstream_data}. */
  public static int onDownstreamData(int context, int length, int endOfStream) {
    try {
      var data = new GuestBody(Abi.DOWNSTREAM_DATA, 0, length);
      GuestConnection connection = connection(context);
      return status(connection.plugin().onDownstreamData(connection, data, endOfStream != 0));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_upstream_data}. */
  public static int onUpstreamData(int context, int length, int endOfStream) {
    try {
      var data = new GuestBody(Abi.UPSTREAM_DATA, 0, length);
      GuestConnection connection = connection(context);
      return status(connection.plugin().onUpstreamData(connection, data, endOfStream != 0));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_log}. */
  public static void onLog(int context) {
    try {
      GuestConnection connection = connection(context);
      connection.plugin().onClose(connection);
    } catch (Throwable e) {
      GuestLog.failure(e);
    }
  }

  /** {@code proxy_on_tick}. */
  public static void onTick(int root) {
    try {
      NetworkPlugin plugin = PLUGINS.get(root);
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
      NetworkPlugin plugin = PLUGINS.get(root);
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
      tell(callback.context(), callback.then(), GuestCalls.reply(headers, bodyLength));
    }
  }

  /** {@code proxy_on_grpc_receive}; exported by plugins that make gRPC calls. */
  public static void onGrpcReceive(int context, int token, int length) {
    if (GuestCalls.take(token) instanceof GuestGrpc.Callback callback) {
      tell(callback.context(), callback.then(), GuestGrpc.received(length));
    }
  }

  /** {@code proxy_on_grpc_close}. */
  public static void onGrpcClose(int context, int token, int status) {
    if (GuestCalls.take(token) instanceof GuestGrpc.Callback callback) {
      tell(callback.context(), callback.then(), GuestGrpc.closed(status));
    }
  }

  private static <T> void tell(int context, Consumer<T> then, T reply) {
    if (Abi.setEffectiveContext(context) == Abi.OK) {
      try {
        then.accept(reply);
      } catch (Throwable e) {
        failed(context, e);
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
    CONNECTIONS.remove(context);
  }

  private static GuestConnection connection(int context) {
    GuestConnection connection = CONNECTIONS.get(context);
    if (connection == null) {
      throw new IllegalStateException("no connection " + context);
    }
    return connection;
  }

  private static int status(Action action) {
    return action == Action.CONTINUE ? CONTINUE : PAUSE;
  }

  private static int failed(int context, Throwable error) {
    GuestLog.failure(error);
    GuestConnection connection = CONNECTIONS.get(context);
    if (connection != null) {
      connection.close();
    }
    return PAUSE;
  }
}
