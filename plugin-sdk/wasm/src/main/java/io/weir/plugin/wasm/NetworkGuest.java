package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.PluginFactory;
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
      CONNECTIONS.put(context, new GuestConnection(plugin));
    }
  }

  /** {@code proxy_on_configure}. */
  public static int onConfigure(int root, int length) {
    try {
      PluginFactory<NetworkPlugin> make = factory;
      if (make != null) {
        PLUGINS.put(root, make.make(new GuestContext(length)));
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
