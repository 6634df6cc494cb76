package io.weir.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.weir.proxy.tls.pem.CredentialException;
import javax.net.ssl.SSLEngine;

/**
 * Makes the engines of one version of a TLS context, by BoringSSL where it loads and by the JDK
 * elsewhere. Any thread; engines live on after {@link #close}.
 */
interface Engines extends AutoCloseable {

  /**
   * An engine, which finds its handshake through {@link Handshakes}.
   *
   * @param peer tells sessions to resume apart; empty for servers
   * @param serverName to send; empty for none
   */
  SSLEngine newEngine(ByteBufAllocator allocator, String peer, String serverName);

  /** The group of the key exchange of a finished handshake, empty when it is not known. */
  String group(SSLEngine engine);

  /** Whether a finished handshake resumed a session. */
  boolean resumed(SSLEngine engine);

  /** Whether {@link #resumed} is known. */
  boolean tellsResumed();

  /** Whether a server must know more of the client's hello than the library tells. */
  boolean readsHello();

  /**
   * The version that a handshake under way agreed on; {@link TlsHandshake#UNDECIDED} before it has.
   */
  String version(SSLEngine engine);

  Handshakes handshakes();

  @Override
  void close();

  /** Chooses who makes engines. */
  interface Library {
    Engines engines(ContextSettings settings) throws CredentialException;

    /** Whether there is a cipher of that name (OpenSSL's), or a group ({@code P-256}). */
    boolean hasCipher(String name);

    boolean hasGroup(String name);

    /** BoringSSL where it loads. */
    static Library detect() {
      return BoringEngines.available() ? BoringEngines.LIBRARY : JdkEngines.LIBRARY;
    }
  }
}
