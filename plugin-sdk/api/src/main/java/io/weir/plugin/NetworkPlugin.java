package io.weir.plugin;

/**
 * A plugin for the bytes of TCP connections. Instances and exceptions as in {@link HttpPlugin}; an
 * exception closes the connection. Calls are made with {@link Connection#call}: callbacks of a
 * connection cannot wait.
 */
public interface NetworkPlugin {

  /**
   * The configuration was loaded; called once per worker before any connection.
   *
   * @throws ConfigurationException to refuse the configuration; the proxy shows the message
   */
  default void start(PluginContext context) {}

  default Action onNewConnection(Connection connection) {
    return Action.CONTINUE;
  }

  /**
   * Bytes from the downstream.
   *
   * @param data the bytes; may be replaced. With {@link Action#PAUSE} they are kept and shown again
   *     with what follows
   */
  default Action onDownstreamData(Connection connection, Body data, boolean endOfStream) {
    return Action.CONTINUE;
  }

  /** Bytes on their way to the downstream. */
  default Action onUpstreamData(Connection connection, Body data, boolean endOfStream) {
    return Action.CONTINUE;
  }

  /** As often as {@link PluginContext#tickEvery} said, outside any connection. */
  default void onTick() {}

  /** An item was added to a queue of which this instance is told; outside any connection. */
  default void onQueue(SharedQueue queue) {}

  /** The connection is gone. */
  default void onClose(Connection connection) {}
}
