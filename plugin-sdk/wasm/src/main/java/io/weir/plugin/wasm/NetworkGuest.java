package io.weir.plugin.wasm;

import io.weir.plugin.Action;
import io.weir.plugin.NetworkPlugin;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exported callbacks of a network plugin's module; see {@link HttpGuest}. */
public final class NetworkGuest {
  private static final int CONTINUE = 0;
  private static final int PAUSE = 1;

  private static final Map<Integer, NetworkPlugin> PLUGINS = new HashMap<>();
  private static final Map<Integer, NetworkPlugin> OWNERS = new HashMap<>();
  private static final Map<Integer, GuestConnection> CONNECTIONS = new HashMap<>();
  private static @Nullable Supplier<NetworkPlugin> factory;

  private NetworkGuest() {}

  /** Called once, from {@code _initialize}. */
  public static void install(Supplier<NetworkPlugin> plugin) {
    factory = plugin;
  }

  /** {@code proxy_on_context_create}. */
  public static void onContextCreate(int context, int root) {
    if (root == 0) {
      Supplier<NetworkPlugin> make = factory;
      if (make != null) {
        PLUGINS.put(context, make.get());
      }
      return;
    }
    NetworkPlugin plugin = PLUGINS.get(root);
    if (plugin != null) {
      OWNERS.put(context, plugin);
      CONNECTIONS.put(context, new GuestConnection());
    }
  }

  /** {@code proxy_on_configure}. */
  public static int onConfigure(int root, int length) {
    try {
      NetworkPlugin plugin = PLUGINS.get(root);
      if (plugin != null) {
        plugin.start(new GuestContext(length));
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
      return status(plugin(context).onNewConnection(connection(context)));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_downstream_data}. */
  public static int onDownstreamData(int context, int length, int endOfStream) {
    try {
      var data = new GuestBody(Abi.DOWNSTREAM_DATA, length);
      return status(plugin(context).onDownstreamData(connection(context), data, endOfStream != 0));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_upstream_data}. */
  public static int onUpstreamData(int context, int length, int endOfStream) {
    try {
      var data = new GuestBody(Abi.UPSTREAM_DATA, length);
      return status(plugin(context).onUpstreamData(connection(context), data, endOfStream != 0));
    } catch (Throwable e) {
      return failed(context, e);
    }
  }

  /** {@code proxy_on_log}. */
  public static void onLog(int context) {
    try {
      plugin(context).onClose(connection(context));
    } catch (Throwable e) {
      GuestLog.failure(e);
    }
  }

  /** {@code proxy_on_delete}. */
  public static void onDelete(int context) {
    PLUGINS.remove(context);
    OWNERS.remove(context);
    CONNECTIONS.remove(context);
  }

  private static NetworkPlugin plugin(int context) {
    NetworkPlugin plugin = OWNERS.get(context);
    if (plugin == null) {
      throw new IllegalStateException("no connection " + context);
    }
    return plugin;
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
