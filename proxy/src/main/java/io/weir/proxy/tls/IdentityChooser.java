package io.weir.proxy.tls;

import io.weir.proxy.tls.pem.Identity;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Answers the TLS library's question which certificate to present. An alias is the index of an
 * identity. Any thread.
 */
final class IdentityChooser extends X509ExtendedKeyManager {

  /** What the client's hello says, as the library tells it. */
  interface Hello {
    /** SNI, empty for none. */
    String serverName(SSLEngine engine);

    /** Whether the client can take ECDSA; for libraries that do not ask for a type of key. */
    boolean ecdsa(SSLEngine engine);
  }

  private final List<Identity> identities;
  private final ServerNames names;
  private final Hello hello;
  private final Handshakes handshakes;
  // The JDK asks once a key type and takes no certificate of another type.
  private final boolean anyKeyType;

  IdentityChooser(
      List<Identity> identities,
      boolean fullScan,
      Hello hello,
      Handshakes handshakes,
      boolean anyKeyType) {
    this.identities = identities;
    this.names = new ServerNames(identities, fullScan);
    this.hello = hello;
    this.handshakes = handshakes;
    this.anyKeyType = anyKeyType;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    if (identities.isEmpty()) {
      return null;
    }
    if (identities.size() == 1) {
      return alias(0, keyType, engine);
    }
    boolean ecdsa = anyKeyType ? hello.ecdsa(engine) : keyType.startsWith("EC");
    int index = names.choose(hello.serverName(engine), ecdsa);
    return alias(index, keyType, engine);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    if (identities.isEmpty()) {
      return null;
    }
    if (anyKeyType) {
      return alias(0, "", engine);
    }
    for (String keyType : keyTypes) {
      String alias = alias(0, keyType, engine);
      if (alias != null) {
        return alias;
      }
    }
    return null;
  }

  private @Nullable String alias(int index, String keyType, SSLEngine engine) {
    Identity identity = identities.get(index);
    if (!anyKeyType && !keyType.startsWith(identity.leaf().getPublicKey().getAlgorithm())) {
      return null;
    }
    TlsHandshake handshake = handshakes.find(engine);
    if (handshake != null) {
      handshake.setIdentity(identity);
    }
    return Integer.toString(index);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identities.get(Integer.parseInt(alias)).key();
  }

  // Sockets are not used here.

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
