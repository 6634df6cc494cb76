package io.weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One exchange with an admin or debug port. The JDK's old client, because it starts at once. */
final class HttpExchange {

  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 30_000;

  /** A response. */
  record Answer(int status, String body) {

    boolean good() {
      return status / 100 == 2;
    }
  }

  private HttpExchange() {}

  static Answer get(String address, String path) {
    return send("GET", address, path, null);
  }

  /**
   * Sends a request; a peer that cannot be reached ends the verb.
   *
   * @param address {@code host:port}, with or without {@code http://}
   */
  static Answer send(String method, String address, String path, @Nullable String body) {
    String base = address.contains("://") ? address : "http://" + Addresses.authority(address);
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(base + path).toURL().openConnection();
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setRequestMethod(method);
      connection.setRequestProperty("connection", "close");
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("content-type", "application/yaml");
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
      int status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(status, text);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new VerbException(Main.UNREACHABLE, "cannot reach " + base + ": " + e.getMessage());
    }
  }
}
