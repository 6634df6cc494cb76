package io.weir.plugin.test;

import io.weir.filter.testkit.ConnectionHarness;
import java.util.List;

/** One connection through a network plugin. */
public final class TestConnection {
  private final TestProxy proxy;
  private final ConnectionHarness connection;

  TestConnection(TestProxy proxy, ConnectionHarness connection) {
    this.proxy = proxy;
    this.connection = connection;
  }

  /** The client sends bytes. */
  public TestConnection send(String text) {
    connection.send(text);
    proxy.settle();
    return this;
  }

  /** The upstream sends bytes. */
  public TestConnection respond(String text) {
    connection.respond(text);
    proxy.settle();
    return this;
  }

  /** What went on to the upstream so far. */
  public String forwarded() {
    return connection.toUpstream.toText();
  }

  /** What went on to the client so far. */
  public String received() {
    return connection.toDownstream.toText();
  }

  /** Whether the plugin, or its failure, closed the connection. */
  public boolean closed() {
    return connection.closed();
  }

  void settle() {
    connection.settle();
  }

  /** The client goes away. */
  public void close() {
    connection.close();
  }

  boolean failed() {
    return connection.callbacks.events.stream().anyMatch(e -> e.endsWith("plugin_error"));
  }

  List<String> seen() {
    return List.of("> " + forwarded(), "< " + received(), closed() ? "closed" : "open");
  }
}
