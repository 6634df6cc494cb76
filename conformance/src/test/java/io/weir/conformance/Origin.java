package io.weir.conformance;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** The upstream of the cases: answers with what it received, one sorted line a header. */
final class Origin implements AutoCloseable {
  private static final Set<String> VARYING = Set.of("x-request-id", "x-forwarded-for");

  private final HttpServer server;

  Origin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          var headers = new TreeMap<String, String>();
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    headers.put(lower, VARYING.contains(lower) ? "*" : String.join(",", values));
                  });
          String text =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + "\n"
                  + headers.entrySet().stream()
                      .map(e -> e.getKey() + ": " + e.getValue() + "\n")
                      .collect(Collectors.joining())
                  + "\n"
                  + new String(body, StandardCharsets.UTF_8);
          byte[] answer = text.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("content-type", "text/plain");
          exchange.getResponseHeaders().set("x-origin", "yes");
          // What the request asks to be answered with: "status name=value".
          String asked = exchange.getRequestHeaders().getFirst("x-answer");
          String[] parts = asked == null ? new String[] {"200"} : asked.split(" ");
          for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            exchange
                .getResponseHeaders()
                .set(parts[i].substring(0, equals), parts[i].substring(equals + 1));
          }
          exchange.sendResponseHeaders(Integer.parseInt(parts[0]), answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
