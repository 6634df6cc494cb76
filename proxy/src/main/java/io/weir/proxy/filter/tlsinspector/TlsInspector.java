package io.weir.proxy.filter.tlsinspector;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.proxy.tls.ClientHello;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Waits for a whole client hello, which may come in several records and packets. */
final class TlsInspector implements ListenerFilter {
  /** The default of the largest client hello that is accepted, in bytes. */
  static final int MAX_CLIENT_HELLO = 64 << 10;

  /** Where a client hello's fingerprints are kept for the access log. */
  static final String JA3_STATE = "weir.tls.ja3";

  static final String JA4_STATE = "weir.tls.ja4";

  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_HEADER = 4;
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MAX_RECORD = 16384;

  private final TlsInspectorConfig config;
  private @Nullable ListenerFilterCallbacks callbacks;

  TlsInspector(TlsInspectorConfig config) {
    this.config = config;
  }

  @Override
  public FilterStatus onAccept(ListenerFilterCallbacks socket) {
    callbacks = socket;
    return FilterStatus.STOP_ITERATION;
  }

  @Override
  public int maxReadBytes() {
    // With the headers of the records that the message may be cut into.
    return config.maxClientHello() * 2;
  }

  @Override
  public FilterStatus onData(Buffer peeked) {
    ListenerFilterCallbacks socket = callbacks;
    if (socket == null) {
      return FilterStatus.CONTINUE;
    }
    TlsInspectorStats stats = socket.worker().local(TlsInspectorStats.KEY);
    switch (inspect(peeked)) {
      case Found(ClientHello hello) -> found(socket, stats, hello, peeked.length());
      case Failure.INCOMPLETE -> {
        return FilterStatus.STOP_ITERATION;
      }
      case Failure.NOT_TLS -> {
        stats.tlsNotFound.inc();
        stats.bytesProcessed.record(Math.min(peeked.length(), RECORD_HEADER));
      }
      case Failure.MALFORMED -> {
        stats.tlsNotFound.inc();
        stats.bytesProcessed.record(peeked.length());
        if (config.closeOnError()) {
          socket.close("client_hello_malformed");
        }
      }
      case Failure.TOO_LARGE -> {
        stats.clientHelloTooLarge.inc();
        socket.close("client_hello_too_large");
      }
    }
    return FilterStatus.CONTINUE;
  }

  private void found(
      ListenerFilterCallbacks socket, TlsInspectorStats stats, ClientHello hello, long bytes) {
    stats.tlsFound.inc();
    stats.bytesProcessed.record(bytes);
    socket.setDetectedTransportProtocol("tls");
    (hello.serverName().isEmpty() ? stats.sniNotFound : stats.sniFound).inc();
    if (!hello.serverName().isEmpty()) {
      socket.setRequestedServerName(hello.serverName());
    }
    (hello.applicationProtocols().isEmpty() ? stats.alpnNotFound : stats.alpnFound).inc();
    socket.setRequestedApplicationProtocols(hello.applicationProtocols());
    if (config.ja3()) {
      keep(socket, JA3_STATE, Fingerprints.ja3(hello));
    }
    if (config.ja4()) {
      keep(socket, JA4_STATE, Fingerprints.ja4(hello));
    }
  }

  private static void keep(ListenerFilterCallbacks socket, String key, String value) {
    socket.filterState().set(key, value, true, LifeSpan.CONNECTION, false);
  }

  /** What the bytes are so far. */
  private sealed interface Outcome {}

  private record Found(ClientHello hello) implements Outcome {}

  private enum Failure implements Outcome {
    INCOMPLETE,
    NOT_TLS,
    MALFORMED,
    TOO_LARGE
  }

  private Outcome inspect(Buffer bytes) {
    long length = bytes.length();
    // Collected over records: handshake header and body.
    byte[] message = new byte[0];
    int have = 0;
    long at = 0;
    while (true) {
      if (length > at && (bytes.get(at) & 0xff) != HANDSHAKE_RECORD) {
        return Failure.NOT_TLS;
      }
      if (length > at + 1 && bytes.get(at + 1) != 3) {
        return Failure.NOT_TLS;
      }
      if (length < at + RECORD_HEADER) {
        return Failure.INCOMPLETE;
      }
      int record = u16(bytes, at + 3);
      if (record == 0 || record > MAX_RECORD) {
        return Failure.NOT_TLS;
      }
      int available = (int) Math.min(record, length - at - RECORD_HEADER);
      byte[] grown = Arrays.copyOf(message, have + available);
      bytes.copyTo(at + RECORD_HEADER, grown, have, available);
      message = grown;
      have += available;
      if (have > 0 && message[0] != CLIENT_HELLO) {
        return Failure.NOT_TLS;
      }
      if (have >= HANDSHAKE_HEADER) {
        int body = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | message[3] & 0xff;
        if (body > config.maxClientHello()) {
          return Failure.TOO_LARGE;
        }
        if (have >= HANDSHAKE_HEADER + body) {
          return parse(message, body);
        }
      }
      if (available < record) {
        return Failure.INCOMPLETE;
      }
      at += RECORD_HEADER + record;
    }
  }

  private static Outcome parse(byte[] message, int body) {
    byte[] content = Arrays.copyOfRange(message, HANDSHAKE_HEADER, HANDSHAKE_HEADER + body);
    ClientHello hello = ClientHello.parse(content);
    return hello == null ? Failure.MALFORMED : new Found(hello);
  }

  private static int u16(Buffer bytes, long at) {
    return (bytes.get(at) & 0xff) << 8 | bytes.get(at + 1) & 0xff;
  }
}
