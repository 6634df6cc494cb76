package io.weir.cli;

import io.weir.proxy.ProxyServer;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * What the launcher records an AOT cache from: a proxy with one filter of each runtime serves a few
 * requests, then the process ends.
 */
@Command(name = "train", hidden = true, description = "Run what the AOT cache is made from.")
final class TrainVerb implements Callable<Integer> {
  private static final int REQUESTS = 500;

  @Override
  public Integer call() throws IOException, InterruptedException, InvalidConfigurationException {
    Path work = Files.createTempDirectory("weir-train");
    Path bootstrap = work.resolve("train.yaml");
    Path plugins = Path.of(System.getProperty("weir.root", "."), "plugins-examples/target/plugins");
    try (EchoServer echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0))) {
      int listener = freePort();
      Files.writeString(
          bootstrap,
          template()
              .replace("${LISTENER}", Integer.toString(listener))
              .replace("${UPSTREAM}", Integer.toString(echo.address().getPort()))
              .replace("${PLUGINS}", plugins.toString()));
      try (ProxyServer server = ProxyServer.start(Options.of(bootstrap).withPluginDir(plugins))) {
        request(listener);
        server.shutDown();
      }
    } finally {
      Files.deleteIfExists(bootstrap);
      Files.delete(work);
    }
    return Main.OK;
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

  private static String template() throws IOException {
    try (InputStream in = TrainVerb.class.getResourceAsStream("train.yaml")) {
      if (in == null) {
        throw new IOException("train.yaml is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
