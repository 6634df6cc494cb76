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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** HTTP/1.1 of the administration interface: small requests, chunked answers, keep-alive. */
final class AdminConnection {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int TOO_LARGE = 431;
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY = 1 << 20;
  private static final int IDLE_MILLIS = 60_000;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final Socket socket;
  private final AdminRoutes routes;
  private final AdminStats stats;
  private final Consumer<AdminLog.Line> log;
  private final InputStream in;
  private final OutputStream out;
  private long received;
  private boolean overlong;
  private boolean closing;

  AdminConnection(Socket socket, AdminRoutes routes, AdminStats stats, Consumer<AdminLog.Line> log)
      throws IOException {
    this.socket = socket;
    this.routes = routes;
    this.stats = stats;
    this.log = log;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), 32 << 10);
  }

  /**
   * Serves requests until one side ends the connection.
   *
   * @return whether it was this side
   */
  boolean run() throws IOException {
    socket.setSoTimeout(IDLE_MILLIS);
    while (next()) {
      out.flush();
    }
    out.flush();
    return closing;
  }

  private boolean next() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      return overlong && refuse(TOO_LARGE, "");
    }
    String[] parts = line.split(" ");
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.") || !METHODS.contains(parts[0])) {
      return refuse(400, "Bad Request");
    }
    if (parts[1].indexOf('#') >= 0) {
      return refuse(400, "");
    }
    if (parts[2].equals("HTTP/1.0")) {
      return refuse(426, "Upgrade Required");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    boolean close = false;
    boolean hasHost = false;
    int length = 0;
    int headers = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String name = colon < 0 ? "" : header.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = header.substring(colon + 1).strip();
      fields.put(name, value);
      hasHost |= name.equals("host");
      close |= name.equals("connection") && value.equalsIgnoreCase("close");
      if (name.equals("content-length")) {
        length = contentLength(value);
      }
      if (name.isEmpty() || name.equals("transfer-encoding") || ++headers > MAX_HEADERS) {
        length = -1;
      }
    }
    if (overlong) {
      return refuse(TOO_LARGE, "");
    }
    if (length < 0 || length > MAX_BODY || !hasHost) {
      return refuse(400, hasHost ? "Bad Request" : "");
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    boolean form = fields.getOrDefault("content-type", "").equals(FORM);
    AdminRequest request = AdminRequest.of(parts[0], parts[1], form ? body : "");
    long begin = begin(length);
    AdminResponse response = routes.handle(request, parts[1]);
    write(parts[0], response, close, begin);
    log.accept(
        new AdminLog.Line(
            socket.getRemoteSocketAddress(),
            socket.getLocalSocketAddress(),
            parts[0],
            parts[1],
            fields,
            response,
            length,
            !parts[0].equals("HEAD"),
            System.nanoTime() - begin));
    return !close;
  }

  private long begin(int body) {
    stats.begin(received + body);
    received = 0;
    return System.nanoTime();
  }

  private static int contentLength(String value) {
    try {
      return Integer.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** A line without its end; empty at the end of the stream, and when it is too long. */
  private String line() throws IOException {
    var text = new StringBuilder(128);
    for (int c = in.read(); c >= 0; c = in.read()) {
      received++;
      if (c == '\n') {
        break;
      }
      if (text.length() >= MAX_LINE) {
        overlong = true;
        return "";
      }
      text.append((char) c);
    }
    int length = text.length();
    if (length > 0 && text.charAt(length - 1) == '\r') {
      text.setLength(length - 1);
    }
    return text.toString();
  }

  /** Answers what is no request, and ends the connection. */
  private boolean refuse(int status, String body) throws IOException {
    long begin = begin(0);
    closing = true;
    var head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    head.append("content-length: ").append(body.length()).append("\r\n");
    if (!body.isEmpty()) {
      head.append("content-type: text/plain\r\n");
    }
    head.append("date: ");
    head.append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    head.append("\r\nserver: weir\r\nconnection: close\r\n\r\n").append(body);
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    stats.end(status, head.length(), System.nanoTime() - begin);
    return false;
  }

  private void write(String method, AdminResponse response, boolean close, long begin)
      throws IOException {
    closing = close;
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
    long sent = head.length();
    if (!method.equals("HEAD")) {
      byte[] body = response.body();
      if (body.length > 0) {
        String size = Integer.toHexString(body.length) + "\r\n";
        out.write(size.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        sent += size.length() + body.length + 2L;
      }
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      sent += 5;
    }
    stats.end(response.status(), sent, System.nanoTime() - begin);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 426 -> "Upgrade Required";
      case TOO_LARGE -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }
}
