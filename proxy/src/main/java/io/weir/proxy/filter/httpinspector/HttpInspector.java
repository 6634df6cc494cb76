package io.weir.proxy.filter.httpinspector;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 by its preface and HTTP/1 by its request line. Sockets that another filter found to
 * be encrypted are left alone.
 */
final class HttpInspector implements ListenerFilter {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LINE = 64 << 10;

  private @Nullable ListenerFilterCallbacks callbacks;

  @Override
  public FilterStatus onAccept(ListenerFilterCallbacks socket) {
    if (socket.detectedTransportProtocol().equals("tls")) {
      return FilterStatus.CONTINUE;
    }
    callbacks = socket;
    return FilterStatus.STOP_ITERATION;
  }

  @Override
  public int maxReadBytes() {
    return MAX_LINE;
  }

  @Override
  public FilterStatus onData(Buffer peeked) {
    ListenerFilterCallbacks socket = callbacks;
    if (socket == null || peeked.isEmpty()) {
      return socket == null ? FilterStatus.CONTINUE : FilterStatus.STOP_ITERATION;
    }
    HttpInspectorStats stats = socket.worker().local(HttpInspectorStats.KEY);
    int shared = sharedWithPreface(peeked);
    if (shared == PREFACE.length) {
      stats.http2Found.inc();
      socket.setRequestedApplicationProtocols(List.of("h2c"));
      return FilterStatus.CONTINUE;
    }
    if (shared == peeked.length()) {
      return FilterStatus.STOP_ITERATION;
    }
    return requestLine(peeked, socket, stats);
  }

  private static int sharedWithPreface(Buffer bytes) {
    int shared = 0;
    while (shared < PREFACE.length
        && shared < bytes.length()
        && bytes.get(shared) == PREFACE[shared]) {
      shared++;
    }
    return shared;
  }

  private static FilterStatus requestLine(
      Buffer bytes, ListenerFilterCallbacks socket, HttpInspectorStats stats) {
    long end = bytes.indexOf((byte) '\n', 0);
    if (!plausible(bytes, end < 0 ? bytes.length() : end)) {
      stats.httpNotFound.inc();
      return FilterStatus.CONTINUE;
    }
    if (end < 0) {
      return bytes.length() < MAX_LINE - 1 ? FilterStatus.STOP_ITERATION : notFound(stats);
    }
    byte[] line = new byte[(int) end];
    bytes.copyTo(0, line, 0, line.length);
    String text = new String(line, StandardCharsets.ISO_8859_1).stripTrailing();
    if (text.endsWith(" HTTP/1.1")) {
      stats.http11Found.inc();
      socket.setRequestedApplicationProtocols(List.of("http/1.1"));
    } else if (versioned(text)) {
      // Whatever else calls itself HTTP counts as its first version.
      stats.http10Found.inc();
      socket.setRequestedApplicationProtocols(List.of("http/1.0"));
    } else {
      stats.httpNotFound.inc();
    }
    return FilterStatus.CONTINUE;
  }

  private static boolean versioned(String line) {
    int at = line.length() - 9;
    return at > 0
        && line.startsWith(" HTTP/", at)
        && Character.isDigit(line.charAt(at + 6))
        && line.charAt(at + 7) == '.'
        && Character.isDigit(line.charAt(at + 8));
  }

  private static FilterStatus notFound(HttpInspectorStats stats) {
    stats.httpNotFound.inc();
    return FilterStatus.CONTINUE;
  }

  /** Whether the bytes begin with a method, a token of RFC 9110. */
  private static boolean plausible(Buffer bytes, long end) {
    for (long i = 0; i < end; i++) {
      int c = bytes.get(i);
      if (c == ' ') {
        return i > 0;
      }
      boolean token = c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
      if (!token && !(i == end - 1 && c == '\r')) {
        return false;
      }
    }
    return true;
  }
}
