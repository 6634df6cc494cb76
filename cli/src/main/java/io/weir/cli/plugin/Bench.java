package io.weir.cli.plugin;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A running proxy with one plugin in front of an upstream. */
public interface Bench extends AutoCloseable {
  /** Starts one. */
  @FunctionalInterface
  interface Starter {
    /**
     * @param configuration the plugin's configuration as JSON; empty for none
     * @param port where the proxy listens; 0 chooses one
     * @throws PluginToolException when the proxy refuses the plugin; the message has its reasons
     */
    Bench start(Artifact artifact, String configuration, int port, InetSocketAddress upstream)
        throws IOException, InterruptedException;
  }

  /** Where the proxy listens, on loopback. */
  int port();

  /** Ends the proxy. */
  @Override
  void close();
}
