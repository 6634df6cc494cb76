package io.weir.proxy.upstream;

import io.weir.proxy.extension.LoadContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of events about hosts, one JSON object a line. Any thread; lines are appended off the
 * caller's thread, in order.
 */
final class EventLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("file");

  private final Path path;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("events").factory());

  private EventLog(Path path) {
    this.path = path;
  }

  /** The log that all who name the same file share. */
  static EventLog of(String path, LoadContext context) {
    return context.shared(EventLog.class, path, () -> new EventLog(Path.of(path)));
  }

  void write(StringBuilder json) {
    byte[] line = json.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    writer.execute(() -> append(line));
  }

  private void append(byte[] line) {
    try {
      Files.write(path, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.warn("cannot write to {}: {}", path, e.getMessage());
    }
  }

  // ---- parts of events

  /** Begins an object with the time in it. */
  static StringBuilder begin() {
    return new StringBuilder("{\"timestamp\":\"").append(Instant.now()).append('"');
  }

  static StringBuilder text(StringBuilder json, String name, String value) {
    json.append(",\"").append(name).append("\":\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\');
      }
      json.append(c < ' ' ? ' ' : c);
    }
    return json.append('"');
  }

  static StringBuilder address(StringBuilder json, SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      return json.append(",\"host\":{\"socket_address\":{\"protocol\":\"TCP\",\"address\":\"")
          .append(inet.getAddress().getHostAddress())
          .append("\",\"port_value\":")
          .append(inet.getPort())
          .append(",\"resolver_name\":\"\",\"ipv4_compat\":false")
          .append(",\"network_namespace_filepath\":\"\"}}");
    }
    return json.append(",\"host\":{\"pipe\":{\"path\":\"").append(address).append("\"}}");
  }

  @Override
  public void close() {
    writer.shutdown();
  }
}
