package io.weir.cli.plugin;

import io.weir.proxy.ProxyServer;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A proxy in this process with one plugin in front of an upstream. Its listener comes from a
 * watched file, so that another build of the plugin takes over without a lost request.
 */
public final class Workbench implements Bench {
  private static final long SWAP_SECONDS = 20;

  private final Path folder;
  private final int port;
  private final ProxyServer proxy;
  private final String configuration;
  private int version = 1;

  private Workbench(Path folder, int port, ProxyServer proxy, String configuration) {
    this.folder = folder;
    this.port = port;
    this.proxy = proxy;
    this.configuration = configuration;
  }

  /**
   * Starts a proxy.
   *
   * @param artifact the plugin
   * @param configuration the plugin's configuration as JSON; empty for none
   * @param port where the proxy listens; 0 chooses one
   * @param upstream where requests go
   * @throws PluginToolException when the proxy refuses the plugin; the message has its reasons
   */
  public static Workbench start(
      Artifact artifact, String configuration, int port, InetSocketAddress upstream)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("weir-plugin");
    try {
      int listen = port == 0 ? freePort() : port;
      Files.createDirectories(folder.resolve("plugins"));
      String listener =
          WorkbenchFiles.listener(folder, place(folder, artifact), configuration, listen);
      Path bootstrap = WorkbenchFiles.writeBootstrap(folder, upstream);
      check(folder, listener);
      WorkbenchFiles.deliver(folder, listener, 1);
      ProxyServer proxy = ProxyServer.start(options(folder, bootstrap));
      var bench = new Workbench(folder, listen, proxy, configuration);
      bench.awaitListener();
      return bench;
    } catch (InvalidConfigurationException e) {
      Folders.delete(folder);
      throw refused(e);
    } catch (IOException | InterruptedException | RuntimeException e) {
      Folders.delete(folder);
      throw e;
    }
  }

  private static Options options(Path folder, Path bootstrap) {
    return Options.of(bootstrap).withPluginDir(folder.resolve("plugins"));
  }

  /** Loads the plugin without serving, so that whoever builds it learns why it does not load. */
  private static void check(Path folder, String listener) throws IOException, InterruptedException {
    try {
      ProxyServer.validate(options(folder, WorkbenchFiles.writeCheck(folder, listener)));
    } catch (InvalidConfigurationException e) {
      throw refused(e);
    }
  }

  private static PluginToolException refused(InvalidConfigurationException e) {
    return new PluginToolException("the proxy refuses the plugin:\n" + e.problems());
  }

  static int freePort() throws IOException {
    try (var socket = new java.net.ServerSocket()) {
      socket.bind(new InetSocketAddress("127.0.0.1", 0));
      return socket.getLocalPort();
    }
  }

  /** Copies an artifact under the name of its content, so that a new build is a new plugin. */
  private static Artifact place(Path folder, Artifact artifact) throws IOException {
    byte[] bytes = Files.readAllBytes(artifact.file());
    String name = artifact.file().getFileName().toString();
    int dot = name.lastIndexOf('.');
    Path copy =
        folder
            .resolve("plugins")
            .resolve(
                name.substring(0, dot)
                    + "-"
                    + Inspection.sha256(bytes).substring(0, 16)
                    + name.substring(dot));
    Files.write(copy, bytes);
    return new Artifact(artifact.kind(), copy, artifact.plugin());
  }

  private void awaitListener() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SWAP_SECONDS);
    while (proxy.listeners().listeners().isEmpty()) {
      if (System.nanoTime() > deadline) {
        close();
        throw new PluginToolException("the proxy did not take the plugin in; its log says why");
      }
      Thread.sleep(5);
    }
  }

  /**
   * Puts another build of the plugin in; requests under way end with the old one.
   *
   * @throws PluginToolException when the proxy refuses it; the last build goes on serving
   */
  public void swap(Artifact artifact) throws IOException, InterruptedException {
    String listener = WorkbenchFiles.listener(folder, place(folder, artifact), configuration, port);
    check(folder, listener);
    version++;
    WorkbenchFiles.deliver(folder, listener, version);
  }

  /** The version of the plugin that answers: 1 at first, one more after each swap. */
  public int version() {
    return version;
  }

  @Override
  public int port() {
    return port;
  }

  /** The file to which the proxy writes one line of JSON a request. */
  public Path requestLog() {
    return folder.resolve("requests.json");
  }

  @Override
  public void close() {
    proxy.close();
    Folders.delete(folder);
  }
}
