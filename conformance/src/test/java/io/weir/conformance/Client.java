package io.weir.conformance;

import io.weir.conformance.CaseFile.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Plays one exchange over a connection of its own and writes down what came back. */
final class Client {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Set<String> VARYING =
      Set.of("date", "server", "x-envoy-upstream-service-time", "x-request-id");

  private Client() {}

  /** Status line, headers (lower-case, sorted, varying ones masked) and body as one text. */
  static String observe(int port, Exchange exchange) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(bytes(exchange));
      out.flush();
      return observation(
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static byte[] bytes(Exchange exchange) {
    var text = new StringBuilder();
    text.append(exchange.method()).append(' ').append(exchange.path()).append(" HTTP/1.1\r\n");
    if (!exchange.headers().contains("host")) {
      text.append("host: example.com\r\n");
    }
    text.append("connection: close\r\n");
    for (int i = 0; i < exchange.headers().size(); i += 2) {
      text.append(exchange.headers().get(i)).append(": ");
      text.append(exchange.headers().get(i + 1)).append("\r\n");
    }
    List<String> chunks = exchange.chunks();
    if (chunks.size() == 1) {
      String body = chunks.getFirst();
      int length = body.getBytes(StandardCharsets.UTF_8).length;
      text.append("content-length: ").append(length).append("\r\n\r\n").append(body);
    } else if (chunks.size() > 1) {
      text.append("transfer-encoding: chunked\r\n\r\n");
      for (String chunk : chunks) {
        int length = chunk.getBytes(StandardCharsets.UTF_8).length;
        text.append(Integer.toHexString(length)).append("\r\n").append(chunk).append("\r\n");
      }
      text.append("0\r\n\r\n");
    } else {
      text.append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String observation(String response) {
    int end = response.indexOf("\r\n\r\n");
    if (end < 0) {
      return "no response: " + response;
    }
    List<String> lines = new ArrayList<>(List.of(response.substring(0, end).split("\r\n")));
    String status = lines.removeFirst();
    boolean chunked = false;
    List<String> headers = new ArrayList<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      chunked |= name.equals("transfer-encoding") && value.equals("chunked");
      headers.add(name + ": " + (VARYING.contains(name) ? "*" : value));
    }
    headers.sort(null);
    String body = response.substring(end + 4);
    return status + "\n" + String.join("\n", headers) + "\n\n" + (chunked ? unchunk(body) : body);
  }

  private static String unchunk(String body) {
    var text = new StringBuilder();
    int at = 0;
    while (true) {
      int line = body.indexOf("\r\n", at);
      int length = line < 0 ? 0 : Integer.parseInt(body.substring(at, line).strip(), 16);
      if (length == 0) {
        return text.toString();
      }
      text.append(body, line + 2, Math.min(body.length(), line + 2 + length));
      at = line + 2 + length + 2;
    }
  }
}
