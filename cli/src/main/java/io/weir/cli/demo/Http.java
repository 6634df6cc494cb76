package io.weir.cli.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One HTTP/1.1 exchange on a connection of its own, for the demo's checks: small enough to start at
 * once, and it shows the bytes as they are.
 */
final class Http {
  private static final int TIMEOUT_MILLIS = 5_000;

  /** A response. */
  record Answer(int status, List<String> headers, String body) {
    /** Whether the head has this line, compared without case. */
    boolean hasHeader(String line) {
      return headers.stream().anyMatch(header -> header.equalsIgnoreCase(line));
    }
  }

  private Http() {}

  static Answer get(int port, String authority, String path) throws IOException {
    return send(port, "GET " + path + " HTTP/1.1\r\nhost: " + authority + "\r\n", "");
  }

  static Answer post(int port, String authority, String path, String body) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    String head = "POST " + path + " HTTP/1.1\r\nhost: " + authority + "\r\n";
    return send(port, head + "content-length: " + length + "\r\n", body);
  }

  private static Answer send(int port, String head, String body) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write((head + "connection: close\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
      out.flush();
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  private static Answer parse(byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
      throw new IOException("no HTTP response but " + bytes.length + " bytes");
    }
    List<String> headers = new ArrayList<>(List.of(text.substring(0, end).split("\r\n")));
    int status = Integer.parseInt(headers.removeFirst().substring(9, 12));
    String body = text.substring(end + 4);
    boolean chunked =
        headers.stream()
            .anyMatch(h -> h.toLowerCase(Locale.ROOT).equals("transfer-encoding: chunked"));
    return new Answer(status, headers, chunked ? unchunk(body) : body);
  }

  private static String unchunk(String body) {
    var text = new StringBuilder();
    int at = 0;
    while (true) {
      int end = body.indexOf("\r\n", at);
      int length = end < 0 ? 0 : Integer.parseInt(body.substring(at, end).strip(), 16);
      if (length == 0) {
        return text.toString();
      }
      text.append(body, end + 2, Math.min(body.length(), end + 2 + length));
      at = end + 2 + length + 2;
    }
  }

  /** Whether an admin port answers {@code /ready} with 200. */
  static boolean ready(int adminPort) {
    try {
      return get(adminPort, "localhost", "/ready").status() == 200;
    } catch (IOException _) {
      return false;
    }
  }
}
