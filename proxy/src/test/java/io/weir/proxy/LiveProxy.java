package io.weir.proxy;

import io.weir.proxy.config.Options;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A proxy in this process, over a bootstrap file; listeners bind port 0. */
public final class LiveProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ProxyServer server;

  private LiveProxy(ProxyServer server) {
    this.server = server;
  }

  /** Starts a proxy over that YAML, written into {@code folder}. */
  public static LiveProxy start(Path folder, String bootstrap) throws Exception {
    Path file = Files.writeString(folder.resolve("bootstrap.yaml"), bootstrap);
    return new LiveProxy(ProxyServer.start(Options.of(file)));
  }

  /** The port that the listener of that name has bound. */
  public int port(String listener) {
    return await(
        "listener " + listener,
        () ->
            server.listeners().listeners().stream()
                .filter(bound -> bound.name().equals(listener))
                .map(bound -> ((InetSocketAddress) bound.addresses().getFirst()).getPort())
                .findFirst()
                .orElse(null));
  }

  public boolean has(String listener) {
    return server.listeners().listeners().stream().anyMatch(l -> l.name().equals(listener));
  }

  /** The administration interface's answer; the bootstrap must ask for one. */
  public String admin(String path) throws IOException {
    int port = server.admin().address().getPort();
    try (var in = URI.create("http://127.0.0.1:" + port + path).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A client connection to that listener; its reads time out rather than hang. */
  public Socket connect(String listener) throws Exception {
    var socket = new Socket("127.0.0.1", port(listener));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /** Waits until the probe gives something other than null or false. */
  public static <T> T await(String what, Callable<T> probe) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        T found = probe.call();
        if (found != null && !Boolean.FALSE.equals(found)) {
          return found;
        }
      } catch (Exception e) {
        throw new AssertionError(what, e);
      }
      LockSupport.parkNanos(2_000_000);
    }
    throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
  }

  @Override
  public void close() {
    server.close();
  }
}
