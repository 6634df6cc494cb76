package io.weir.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.ReferenceCountUtil;
import io.weir.filter.TlsInfo;
import io.weir.proxy.stats.StatsStore;
import io.weir.proxy.tls.pem.Identity;
import io.weir.proxy.tls.verify.PeerNames;
import io.weir.proxy.tls.verify.PeerRole;
import io.weir.proxy.tls.verify.PeerVerifier;
import io.weir.proxy.tls.verify.Verdict;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes between every pair of libraries: the same outcome whichever made the engine. */
@ParameterizedClass
@MethodSource("pairs")
class HandshakeTest {
  private static final List<String> V12 = List.of("TLSv1.2");
  private static final List<String> V13 = List.of("TLSv1.2", "TLSv1.3");
  private static final SessionSettings SESSIONS =
      new SessionSettings(true, true, 1, 7200, List.of());

  @Parameter Pair pair;

  record Pair(String name, Engines.Library server, Engines.Library client) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Pair> pairs() {
    assertThat(BoringEngines.available()).isTrue();
    return Stream.of(
        new Pair("BoringSSL and BoringSSL", BoringEngines.LIBRARY, BoringEngines.LIBRARY),
        new Pair("JDK and JDK", JdkEngines.LIBRARY, JdkEngines.LIBRARY),
        new Pair("BoringSSL serves the JDK", BoringEngines.LIBRARY, JdkEngines.LIBRARY),
        new Pair("JDK serves BoringSSL", JdkEngines.LIBRARY, BoringEngines.LIBRARY));
  }

  private static ContextSettings settings(
      boolean server,
      List<String> versions,
      List<String> alpn,
      PeerVerifier verifier,
      ClientAuth auth,
      Identity... identities) {
    return new ContextSettings(
        server,
        new TlsParameters(
            versions, TlsParameters.DEFAULT_CIPHERS, List.of("X25519", "P-256"), List.of()),
        alpn,
        List.of(identities),
        false,
        verifier,
        auth,
        true,
        SESSIONS);
  }

  private static ContextSettings server(String... certificates) throws Exception {
    var identities = new ArrayList<Identity>();
    for (String name : certificates) {
      identities.add(TestCertificates.identity(name));
    }
    return settings(
        true,
        V13,
        List.of("h2", "http/1.1"),
        PeerVerifier.NONE,
        ClientAuth.NONE,
        identities.toArray(Identity[]::new));
  }

  private static ContextSettings client(List<String> versions, String... alpn) {
    return settings(false, versions, List.of(alpn), PeerVerifier.NONE, ClientAuth.NONE);
  }

  /** What both sides made of a handshake; a failure's text where there is no info. */
  private record Outcome(
      TlsInfo server, TlsInfo client, TlsInfo partly, String serverFailure, String clientFailure) {}

  private Outcome run(ContextSettings server, ContextSettings client, String serverName)
      throws Exception {
    try (Engines serverEngines = pair.server.engines(server);
        Engines clientEngines = pair.client.engines(client)) {
      return handshake(serverEngines, clientEngines, serverName);
    }
  }

  private static Outcome handshake(
      Engines serverEngines, Engines clientEngines, String serverName) {
    var stats = new TlsStats(new StatsStore(1).worker(0), "x.", "y.");
    SSLEngine serving = serverEngines.newEngine(ByteBufAllocator.DEFAULT, "", "");
    var server =
        new TlsHandshake(serverEngines, serving, stats, PeerRole.CLIENT, "", PeerNames.NONE);
    SSLEngine asking = clientEngines.newEngine(ByteBufAllocator.DEFAULT, "10_0_0_1", serverName);
    var client =
        new TlsHandshake(clientEngines, asking, stats, PeerRole.SERVER, serverName, PeerNames.NONE);
    var serverSide = new EmbeddedChannel(server.handler(), new Quiet());
    var clientSide = new EmbeddedChannel(client.handler(), new Quiet());
    try {
      boolean moved = true;
      while (moved) {
        moved = move(clientSide, serverSide) | move(serverSide, clientSide);
      }
      boolean served = server.handler().handshakeFuture().isSuccess();
      boolean asked = client.handler().handshakeFuture().isSuccess();
      return new Outcome(
          served ? server.complete() : null,
          asked ? client.complete() : null,
          served ? null : server.partly(),
          served ? "" : server.fail(server.handler().handshakeFuture().cause()),
          asked ? "" : client.fail(client.handler().handshakeFuture().cause()));
    } finally {
      clientSide.finishAndReleaseAll();
      serverSide.finishAndReleaseAll();
    }
  }

  private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    Object message = from.readOutbound();
    if (message == null) {
      return false;
    }
    if (to.isOpen()) {
      to.writeInbound(message);
    } else {
      ReferenceCountUtil.release(message);
    }
    return true;
  }

  /** Failures are told by the handshake's future. */
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }

  @Test
  void agreesOnVersionProtocolAndCertificate() throws Exception {
    Outcome outcome = run(server("server"), client(V13, "http/1.1", "h2"), "server.test");

    assertThat(outcome.server.version()).isEqualTo("TLSv1.3");
    assertThat(outcome.server.alpn()).isEqualTo("h2");
    assertThat(outcome.client.alpn()).isEqualTo("h2");
    assertThat(outcome.server.sni()).isEqualTo("server.test");
    assertThat(outcome.client.sni()).isEqualTo("server.test");
    X509Certificate certificate = TestCertificates.chain("server").getFirst();
    assertThat(outcome.server.localCertificate()).isEqualTo(certificate);
    assertThat(outcome.client.peerCertificates()).hasSize(1);
    assertThat(outcome.client.peerCertificates().getFirst().getEncoded())
        .isEqualTo(certificate.getEncoded());
    assertThat(outcome.client.peerValidated()).isFalse();
    assertThat(outcome.server.peerCertificates()).isEmpty();
  }

  @Test
  void goesOnWithoutACommonProtocol() throws Exception {
    Outcome outcome = run(server("server"), client(V12, "other"), "");

    assertThat(outcome.server.version()).isEqualTo("TLSv1.2");
    assertThat(outcome.server.alpn()).isEmpty();
    assertThat(outcome.server.sni()).isEmpty();
  }

  @Test
  void choosesTheCertificateByName() throws Exception {
    for (String[] expected :
        new String[][] {
          {"second.test", "second"},
          {"SERVER.test", "server"},
          {"x.wild.test", "server"},
          {"rsa.test", "rsa"},
          {"unknown.test", "server"},
          {"", "server"}
        }) {
      Outcome outcome = run(server("server", "second", "rsa"), client(V13), expected[0]);

      assertThat(outcome.client.peerCertificates().getFirst())
          .as(expected[0])
          .isEqualTo(TestCertificates.chain(expected[1]).getFirst());
    }
  }

  @Test
  void presentsTheKindOfKeyThatTheClientsCiphersNeed() throws Exception {
    for (String[] expected :
        new String[][] {
          {"ECDHE-RSA-AES128-GCM-SHA256", "rsa"}, {"ECDHE-ECDSA-AES128-GCM-SHA256", "server"}
        }) {
      ContextSettings client =
          new ContextSettings(
              false,
              new TlsParameters(V12, List.of(expected[0]), List.of("P-256"), List.of()),
              List.of(),
              List.of(),
              false,
              PeerVerifier.NONE,
              ClientAuth.NONE,
              true,
              SESSIONS);

      Outcome outcome = run(server("server", "rsa"), client, "");

      assertThat(outcome.client).as(outcome.clientFailure).isNotNull();
      assertThat(outcome.client.peerCertificates().getFirst())
          .isEqualTo(TestCertificates.chain(expected[1]).getFirst());
    }
  }

  @Test
  void asksForAndChecksClientCertificates() throws Exception {
    ContextSettings base = server("server");
    PeerVerifier verifier = new OnlyFrom(TestCertificates.chain("client").getFirst());
    ContextSettings server =
        settings(true, V13, List.of(), verifier, ClientAuth.REQUIRE, base.identities().getFirst());

    Outcome good =
        run(
            server,
            settings(
                false,
                V12,
                List.of(),
                PeerVerifier.NONE,
                ClientAuth.NONE,
                TestCertificates.identity("client")),
            "");
    assertThat(good.server.peerCertificates().getFirst())
        .isEqualTo(TestCertificates.chain("client").getFirst());
    assertThat(good.server.peerValidated()).isTrue();
    assertThat(good.client.localCertificate())
        .isEqualTo(TestCertificates.chain("client").getFirst());

    Outcome none = run(server, client(V12), "");
    assertThat(none.server).isNull();
    assertThat(none.serverFailure)
        .isEqualTo(
            "TLS_error:|268435648:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:"
                + "peer did not provide required client certificate:TLS_error_end");

    Outcome wrong =
        run(
            server,
            settings(
                false,
                V12,
                List.of(),
                PeerVerifier.NONE,
                ClientAuth.NONE,
                TestCertificates.identity("stranger")),
            "");
    assertThat(wrong.serverFailure)
        .isEqualTo(
            "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:no friend"
                + ":TLS_error_end");
    assertThat(wrong.partly.version()).isEqualTo("TLSv1.2");
    assertThat(wrong.partly.peerCertificates())
        .containsExactlyElementsOf(TestCertificates.chain("stranger"));
    assertThat(wrong.clientFailure).contains("_ALERT_CERTIFICATE_UNKNOWN:TLS_error_end");
  }

  @Test
  void knowsThePeersOfAResumedSession() throws Exception {
    ContextSettings server =
        settings(
            true,
            V12,
            List.of(),
            new OnlyFrom(TestCertificates.chain("client").getFirst()),
            ClientAuth.REQUIRE,
            TestCertificates.identity("server"));
    ContextSettings client =
        settings(
            false,
            V12,
            List.of(),
            PeerVerifier.NONE,
            ClientAuth.NONE,
            TestCertificates.identity("client"));
    try (Engines serving = pair.server.engines(server);
        Engines asking = pair.client.engines(client)) {
      for (int i = 0; i < 2; i++) {
        Outcome outcome = handshake(serving, asking, "");
        assertThat(outcome.server.peerCertificates())
            .containsExactlyElementsOf(TestCertificates.chain("client"));
        assertThat(outcome.client.peerCertificates())
            .containsExactlyElementsOf(TestCertificates.chain("server"));
      }
    }
  }

  @Test
  void refusesOldVersions() throws Exception {
    ContextSettings modern =
        settings(
            true,
            List.of("TLSv1.3"),
            List.of(),
            PeerVerifier.NONE,
            ClientAuth.NONE,
            TestCertificates.identity("server"));
    Outcome outcome = run(modern, client(V12), "");

    assertThat(outcome.serverFailure)
        .isEqualTo(
            "TLS_error:|268435696:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL"
                + ":TLS_error_end");
    assertThat(outcome.clientFailure)
        .isEqualTo(
            "TLS_error:|268436526:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION"
                + ":TLS_error_end");
  }

  /** Knows one certificate. */
  private record OnlyFrom(X509Certificate friend) implements PeerVerifier {
    @Override
    public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
      return chain.getFirst().equals(friend)
          ? Verdict.VALIDATED
          : new Verdict.Rejected(
              "no friend", Verdict.Cause.CHAIN, Verdict.Alert.CERTIFICATE_UNKNOWN);
    }

    @Override
    public List<X509Certificate> authorities() {
      return List.of();
    }
  }
}
