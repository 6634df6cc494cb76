package io.weir.proxy.admin;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** HTTP/1.1 of the administration interface: small requests, chunked answers, keep-alive. */
final class AdminConnection {
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY = 1 << 20;
  private static final int IDLE_MILLIS = 60_000;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final Socket socket;
  private final AdminRoutes routes;
  private final InputStream in;
  private final OutputStream out;

  AdminConnection(Socket socket, AdminRoutes routes) throws IOException {
    this.socket = socket;
    this.routes = routes;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), 32 << 10);
  }

  /** Serves requests until one side ends the connection. */
  void run() throws IOException {
    socket.setSoTimeout(IDLE_MILLIS);
    while (next()) {
      out.flush();
    }
    out.flush();
  }

  private boolean next() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      return false;
    }
    String[] parts = line.split(" ");
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      write("GET", AdminResponse.text(400, "Bad Request"), true);
      return false;
    }
    boolean close = parts[2].equals("HTTP/1.0");
    boolean hasHost = false;
    int length = 0;
    int headers = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String name = colon < 0 ? "" : header.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = header.substring(colon + 1).strip();
      hasHost |= name.equals("host");
      close |= name.equals("connection") && value.equalsIgnoreCase("close");
      if (name.equals("content-length")) {
        length = contentLength(value);
      }
      if (name.isEmpty() || name.equals("transfer-encoding") || ++headers > MAX_HEADERS) {
        length = -1;
      }
    }
    if (length < 0 || length > MAX_BODY || !hasHost) {
      write(parts[0], AdminResponse.text(400, "Bad Request"), true);
      return false;
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    AdminRequest request = AdminRequest.of(parts[0], parts[1], body);
    write(parts[0], routes.handle(request, parts[1]), close);
    return !close;
  }

  private static int contentLength(String value) {
    try {
      return Integer.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** A line without its end; empty at the end of the stream. */
  private String line() throws IOException {
    var text = new StringBuilder(128);
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (text.length() >= MAX_LINE) {
        throw new IOException("a line is too long");
      }
      text.append((char) c);
    }
    int length = text.length();
    if (length > 0 && text.charAt(length - 1) == '\r') {
      text.setLength(length - 1);
    }
    return text.toString();
  }

  private void write(String method, AdminResponse response, boolean close) throws IOException {
    var head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(response.status()).append(' ');
    head.append(reason(response.status())).append("\r\n");
    head.append("content-type: ").append(response.contentType()).append("\r\n");
    head.append("cache-control: no-cache, max-age=0\r\nx-content-type-options: nosniff\r\n");
    head.append("date: ");
    head.append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    head.append("\r\nserver: weir\r\n");
    if (close) {
      head.append("connection: close\r\n");
    }
    head.append("transfer-encoding: chunked\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!method.equals("HEAD")) {
      byte[] body = response.body();
      if (body.length > 0) {
        out.write((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }
}
