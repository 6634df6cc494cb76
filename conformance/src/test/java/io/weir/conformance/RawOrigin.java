package io.weir.conformance;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An upstream on the level of bytes: notes what requests it is sent, answers with given bytes. */
final class RawOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final Function<String, byte @Nullable []> answers;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  /**
   * @param answers what a request's {@code x-case} is answered before the connection is closed;
   *     null for a plain 200
   */
  RawOrigin(Function<String, byte @Nullable []> answers) throws IOException {
    this.answers = answers;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Start lines and bodies since the last call. */
  List<String> drain() {
    List<String> seen = List.copyOf(requests);
    requests.clear();
    return seen;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        if (head == null) {
          return;
        }
        String body = body(in, head);
        requests.add(head.substring(0, head.indexOf("\r\n")) + (body.isEmpty() ? "" : " " + body));
        byte[] answer = answers.apply(field(head, "x-case"));
        if (answer != null) {
          socket.getOutputStream().write(answer);
          socket.shutdownOutput();
          in.readAllBytes();
          return;
        }
        byte[] plain =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(plain);
      }
    } catch (IOException _) {
      // The proxy has left.
    }
  }

  private static @Nullable String head(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static String body(InputStream in, String head) throws IOException {
    String length = field(head, "content-length");
    if (!length.isEmpty()) {
      return new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
    }
    var body = new StringBuilder();
    if (field(head, "transfer-encoding").equals("chunked")) {
      for (int size = size(in); size > 0; size = size(in)) {
        body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
        in.readNBytes(2);
      }
      while (!line(in).isEmpty()) {
        // Trailers.
      }
    }
    return body.toString();
  }

  private static int size(InputStream in) throws IOException {
    String line = line(in);
    return line.isEmpty() ? 0 : Integer.parseInt(line, 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private static String field(String head, String name) {
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
