package io.weir.lua.api;

import io.weir.filter.CipherSuites;
import io.weir.filter.TlsInfo;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code connection:ssl()}: certificates and the TLS session of the downstream connection. */
final class Ssl extends ApiObject {
  private final TlsInfo tls;
  private @Nullable ParsedName subject;

  Ssl(LuaTable metatable, HandleHost host, TlsInfo tls) {
    super(metatable, host);
    this.tls = tls;
  }

  static ApiType<Ssl> type(LuaState state) {
    ApiType<Ssl> type = new ApiType<>(state, Ssl.class);
    type.getter("peerCertificatePresented", self -> !self.tls.peerCertificates().isEmpty())
        .getter("peerCertificateValidated", self -> self.tls.peerValidated())
        .getter("parsedSubjectPeerCertificate", Ssl::parsedSubject)
        .getter("validFromPeerCertificate", self -> self.time(X509Certificate::getNotBefore))
        .getter("expirationPeerCertificate", self -> self.time(X509Certificate::getNotAfter))
        .getter("sessionId", self -> LuaString.of(self.tls.sessionId()))
        .getter("ciphersuiteId", self -> LuaString.of(CipherSuites.id(self.tls.cipher())))
        .getter(
            "ciphersuiteString", self -> LuaString.of(CipherSuites.openSslName(self.tls.cipher())))
        .getter("tlsVersion", self -> LuaString.of(self.tls.version()));
    texts(type);
    lists(type);
    return type;
  }

  private static void texts(ApiType<Ssl> type) {
    type.getter("sha256PeerCertificateDigest", self -> self.peer(CertificateTexts::sha256))
        .getter("serialNumberPeerCertificate", self -> self.peer(CertificateTexts::serialNumber))
        .getter("issuerPeerCertificate", self -> self.peer(CertificateTexts::issuer))
        .getter("subjectPeerCertificate", self -> self.peer(CertificateTexts::subject))
        .getter("subjectLocalCertificate", self -> self.local(CertificateTexts::subject))
        .getter(
            "urlEncodedPemEncodedPeerCertificate",
            self -> self.peer(CertificateTexts::urlEncodedPem))
        .getter("urlEncodedPemEncodedPeerCertificateChain", Ssl::chain)
        .getter("sha256PeerCertificateIssuerDigest", self -> self.issuer(CertificateTexts::sha256))
        .getter(
            "serialNumberPeerCertificateIssuer",
            self -> self.issuer(CertificateTexts::serialNumber));
  }

  private static void lists(ApiType<Ssl> type) {
    type.getter("uriSanPeerCertificate", self -> self.peerList(CertificateTexts::uriNames))
        .getter("uriSanLocalCertificate", self -> self.localList(CertificateTexts::uriNames))
        .getter("dnsSansPeerCertificate", self -> self.peerList(CertificateTexts::dnsNames))
        .getter("dnsSansLocalCertificate", self -> self.localList(CertificateTexts::dnsNames))
        .getter("oidsPeerCertificate", self -> self.peerList(CertificateTexts::extensionOids))
        .getter("oidsLocalCertificate", self -> self.localList(CertificateTexts::extensionOids));
  }

  private @Nullable X509Certificate leaf() {
    return tls.peerCertificates().isEmpty() ? null : tls.peerCertificates().getFirst();
  }

  private static LuaString text(
      @Nullable X509Certificate certificate, Function<X509Certificate, String> function) {
    return certificate == null ? LuaString.EMPTY : LuaString.of(function.apply(certificate));
  }

  private LuaString peer(Function<X509Certificate, String> function) {
    return text(leaf(), function);
  }

  private LuaString local(Function<X509Certificate, String> function) {
    return text(tls.localCertificate(), function);
  }

  /** The certificate behind the peer's own in the chain. */
  private LuaString issuer(Function<X509Certificate, String> function) {
    List<X509Certificate> chain = tls.peerCertificates();
    return text(chain.size() > 1 ? chain.get(1) : null, function);
  }

  private LuaString chain() {
    var text = new StringBuilder();
    tls.peerCertificates().forEach(one -> text.append(CertificateTexts.urlEncodedPem(one)));
    return LuaString.of(text.toString());
  }

  private double time(Function<X509Certificate, java.util.Date> function) {
    X509Certificate leaf = leaf();
    return leaf == null ? 0 : function.apply(leaf).getTime() / 1000;
  }

  private static LuaTable list(
      @Nullable X509Certificate certificate, Function<X509Certificate, List<String>> function) {
    var table = new LuaTable();
    if (certificate != null) {
      int i = 1;
      for (String text : function.apply(certificate)) {
        table.set(i++, LuaString.of(text));
      }
    }
    return table;
  }

  private LuaTable peerList(Function<X509Certificate, List<String>> function) {
    return list(leaf(), function);
  }

  private LuaTable localList(Function<X509Certificate, List<String>> function) {
    return list(tls.localCertificate(), function);
  }

  private @Nullable Object parsedSubject() {
    X509Certificate leaf = leaf();
    if (subject == null && leaf != null) {
      subject =
          new ParsedName(
              host().objects().parsedName.metatable(), host(), leaf.getSubjectX500Principal());
    }
    return subject;
  }
}
