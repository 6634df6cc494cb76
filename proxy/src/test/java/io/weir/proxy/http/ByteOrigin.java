package io.weir.proxy.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An upstream that a test scripts on the level of bytes. Small kernel buffers, on purpose. */
final class ByteOrigin implements AutoCloseable {
  /** What becomes of one connection. */
  @FunctionalInterface
  interface Script {
    void run(ByteOrigin origin, Socket socket) throws Exception;
  }

  private static final int KERNEL_BUFFER = 32 * 1024;

  private final ServerSocket server = new ServerSocket();
  private final Script script;
  final AtomicLong bytes = new AtomicLong();
  final AtomicInteger open = new AtomicInteger();

  ByteOrigin(Script script) throws IOException {
    this.script = script;
    server.setReceiveBufferSize(KERNEL_BUFFER);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    Thread.ofPlatform().daemon().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setSendBufferSize(KERNEL_BUFFER);
        Thread.ofPlatform().daemon().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    open.incrementAndGet();
    try (socket) {
      script.run(this, socket);
    } catch (Exception _) {
      // The proxy has left.
    } finally {
      open.decrementAndGet();
    }
  }

  /** Reads to the end of a head; false when the peer has closed. */
  static boolean head(InputStream in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return true;
  }

  static void write(Socket socket, String latin1) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(latin1.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Serves 200 with an empty body for ever. */
  static void good(ByteOrigin origin, Socket socket) throws IOException {
    while (head(socket.getInputStream())) {
      write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    }
  }

  /** As {@link #good} for GET; other requests wait for an answer that does not come. */
  static void answersGets(ByteOrigin origin, Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    while (true) {
      boolean get = in.read() == 'G';
      if (!head(in)) {
        return;
      }
      if (!get) {
        in.readAllBytes();
        return;
      }
      write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
