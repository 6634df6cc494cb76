package io.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * What the launcher records an AOT cache from: a proxy starts as {@code weir proxy} does, serves a
 * few requests and ends by a signal. No other verb's classes are loaded, since every recorded class
 * costs each proxy memory.
 */
final class Training {
  private static final int REQUESTS = 500;
  private static final long START_SECONDS = 60;

  private Training() {}

  /**
   * @param plugins whether a filter of each runtime is among those that serve
   */
  static int run(boolean plugins) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("weir-train");
    Path bootstrap = work.resolve("train.yaml");
    Path folder = Path.of(System.getProperty("weir.root", "."), "plugins-examples/target/plugins");
    try (EchoServer echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0))) {
      int listener = freePort();
      Files.writeString(
          bootstrap,
          template(plugins)
              .replace("${LISTENER}", Integer.toString(listener))
              .replace("${UPSTREAM}", Integer.toString(echo.address().getPort()))
              .replace("${PLUGINS}", folder.toString()));
      Thread client = Thread.ofPlatform().daemon().start(() -> drive(listener));
      int code = Main.run("proxy", "-c", bootstrap.toString(), "--plugin-dir", folder.toString());
      client.join();
      return code;
    } finally {
      Files.deleteIfExists(bootstrap);
      Files.delete(work);
    }
  }

  /** Waits for the proxy, uses it, ends it. */
  private static void drive(int port) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    boolean served = false;
    while (!served && System.nanoTime() < until) {
      try {
        request(port);
        served = true;
      } catch (IOException _) {
        Thread.onSpinWait();
      }
    }
    Signal.raise(new Signal("TERM"));
  }

  private static void request(int port) throws IOException {
    byte[] request =
        "GET /train HTTP/1.1\r\nhost: train\r\nuser-agent: train\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    byte[] answer = new byte[4096];
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      for (int i = 0; i < REQUESTS; i++) {
        socket.getOutputStream().write(request);
        if (socket.getInputStream().read(answer) < 0) {
          throw new IOException("the proxy closed the connection");
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String template(boolean plugins) throws IOException {
    try (InputStream in = Training.class.getResourceAsStream("train.yaml")) {
      if (in == null) {
        throw new IOException("train.yaml is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return plugins ? text : withoutPlugins(text);
    }
  }

  private static String withoutPlugins(String text) {
    int begin = text.indexOf("# plugins:");
    int end = text.indexOf("# end of plugins");
    return text.substring(0, begin) + text.substring(end);
  }
}
