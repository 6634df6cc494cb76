package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Body;
import io.weir.plugin.Connection;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.Plugin;

/** Counts the bytes of a TCP connection and logs them when it ends. */
@Plugin(name = "byte-counter", description = "logs the bytes of each TCP connection")
public final class ByteCounter implements NetworkPlugin {

  /** Bytes seen so far, by where they came from. */
  private static final class Count {
    private long downstream;
    private long upstream;
  }

  @Override
  public Action onNewConnection(Connection connection) {
    connection.setState(new Count());
    return Action.CONTINUE;
  }

  @Override
  public Action onDownstreamData(Connection connection, Body data, boolean endOfStream) {
    if (connection.state() instanceof Count count) {
      count.downstream += data.length();
    }
    return Action.CONTINUE;
  }

  @Override
  public Action onUpstreamData(Connection connection, Body data, boolean endOfStream) {
    if (connection.state() instanceof Count count) {
      count.upstream += data.length();
    }
    return Action.CONTINUE;
  }

  @Override
  public void onClose(Connection connection) {
    if (connection.state() instanceof Count count) {
      connection
          .log()
          .info(count.downstream + " bytes from downstream, " + count.upstream + " bytes back");
    }
  }
}
