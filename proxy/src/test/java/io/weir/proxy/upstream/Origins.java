package io.weir.proxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A small HTTP/1 server that behaves well, or not. */
final class Origins implements AutoCloseable {
  /** What it does with a request. */
  enum Manner {
    GOOD,
    SLOW,
    /** Closes the connection instead of an answer. */
    CLOSING,
    /** Resets it. */
    RESETTING
  }

  private final ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
  private final Manner manner;
  private final String name;
  final AtomicInteger requests = new AtomicInteger();

  Origins(String name, Manner manner) throws IOException {
    this.name = name;
    this.manner = manner;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      while (head(in)) {
        requests.incrementAndGet();
        switch (manner) {
          case CLOSING -> {
            return;
          }
          case RESETTING -> {
            connection.setSoLinger(true, 0);
            return;
          }
          case SLOW -> LockSupport.parkNanos(50_000_000);
          case GOOD -> {}
        }
        connection
            .getOutputStream()
            .write(
                ("HTTP/1.1 200 OK\r\ncontent-length: " + name.length() + "\r\n\r\n" + name)
                    .getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // The proxy ended it.
    }
  }

  private static boolean head(InputStream in) throws IOException {
    int matched = 0;
    for (int c = in.read(); c >= 0; c = in.read()) {
      matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
      if (matched == 4) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
