package io.weir.proxy.tls;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes under way on engines of one context: how the callbacks of the TLS library find
 * what a connection asks for. Any thread.
 */
final class Handshakes {
  private final Map<SSLEngine, TlsHandshake> byEngine = new ConcurrentHashMap<>();

  void begin(SSLEngine engine, TlsHandshake handshake) {
    byEngine.put(engine, handshake);
  }

  @Nullable TlsHandshake find(@Nullable SSLEngine engine) {
    return engine == null ? null : byEngine.get(engine);
  }

  void end(SSLEngine engine) {
    byEngine.remove(engine);
  }
}
