package io.weir.proxy.formatter;

import io.weir.filter.CipherSuites;
import io.weir.filter.Problems;
import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.TlsInfo;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Operators about TLS on either side. */
final class TlsOperators {
  private interface Session {
    @Nullable TlsInfo of(FormatContext context);
  }

  private TlsOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    side(builders, "DOWNSTREAM", c -> c.streamInfo().connection().tls());
    side(builders, "UPSTREAM", TlsOperators::upstream);
    builders.put(
        "UPSTREAM_SERVER_NAME",
        session(TlsOperators::upstream, tls -> StreamOperators.nonEmpty(tls.sni())));
  }

  private static @Nullable TlsInfo upstream(FormatContext context) {
    UpstreamInfo upstream = context.streamInfo().upstream();
    return upstream == null ? null : upstream.tls();
  }

  private static void side(Map<String, Operators.Builder> builders, String side, Session session) {
    builders.put(side + "_TLS_VERSION", session(session, TlsInfo::version));
    builders.put(
        side + "_TLS_CIPHER", session(session, tls -> CipherSuites.openSslName(tls.cipher())));
    builders.put(
        side + "_TLS_GROUP", session(session, tls -> StreamOperators.nonEmpty(tls.group())));
    builders.put(
        side + "_TLS_SESSION_ID",
        session(session, tls -> StreamOperators.nonEmpty(tls.sessionId())));
    certificates(builders, side + "_PEER_", session, TlsOperators::peer);
    certificates(builders, side + "_LOCAL_", session, TlsInfo::localCertificate);
    builders.put(
        side + "_PEER_CHAIN_FINGERPRINTS_256",
        chain(session, certificate -> CertificateText.fingerprint(certificate, "SHA-256")));
    builders.put(
        side + "_PEER_CHAIN_FINGERPRINTS_1",
        chain(session, certificate -> CertificateText.fingerprint(certificate, "SHA-1")));
    builders.put(side + "_PEER_CHAIN_SERIALS", chain(session, CertificateText::serial));
    builders.put(
        side + "_PEER_ISSUER_FINGERPRINT_256",
        session(
            session,
            tls ->
                tls.peerCertificates().size() < 2
                    ? null
                    : CertificateText.fingerprint(tls.peerCertificates().get(1), "SHA-256")));
    builders.put(
        side + "_PEER_ISSUER_SERIAL",
        session(
            session,
            tls ->
                tls.peerCertificates().size() < 2
                    ? null
                    : CertificateText.serial(tls.peerCertificates().get(1))));
  }

  private static void certificates(
      Map<String, Operators.Builder> builders,
      String prefix,
      Session session,
      Function<TlsInfo, @Nullable X509Certificate> which) {
    certificate(builders, prefix + "URI_SAN", session, which, c -> CertificateText.sans(c, 6));
    certificate(builders, prefix + "DNS_SAN", session, which, c -> CertificateText.sans(c, 2));
    certificate(builders, prefix + "IP_SAN", session, which, c -> CertificateText.sans(c, 7));
    certificate(builders, prefix + "EMAIL_SAN", session, which, c -> CertificateText.sans(c, 1));
    certificate(
        builders, prefix + "OTHERNAME_SAN", session, which, c -> CertificateText.sans(c, 0));
    certificate(
        builders, prefix + "SUBJECT", session, which, c -> c.getSubjectX500Principal().getName());
    certificate(
        builders, prefix + "ISSUER", session, which, c -> c.getIssuerX500Principal().getName());
    certificate(
        builders,
        prefix + "FINGERPRINT_256",
        session,
        which,
        c -> CertificateText.fingerprint(c, "SHA-256"));
    certificate(
        builders,
        prefix + "FINGERPRINT_1",
        session,
        which,
        c -> CertificateText.fingerprint(c, "SHA-1"));
    certificate(builders, prefix + "SERIAL", session, which, CertificateText::serial);
    certificate(builders, prefix + "CERT", session, which, CertificateText::urlEncodedPem);
    builders.put(
        prefix + "CERT_V_START",
        (command, _, problems) ->
            time(command, session, which, X509Certificate::getNotBefore, problems));
    builders.put(
        prefix + "CERT_V_END",
        (command, _, problems) ->
            time(command, session, which, X509Certificate::getNotAfter, problems));
  }

  private static void certificate(
      Map<String, Operators.Builder> builders,
      String name,
      Session session,
      Function<TlsInfo, @Nullable X509Certificate> which,
      Function<X509Certificate, @Nullable String> text) {
    builders.put(
        name,
        session(
            session,
            tls -> {
              X509Certificate certificate = which.apply(tls);
              return certificate == null ? null : text.apply(certificate);
            }));
  }

  private static Operators.Builder session(
      Session session, Function<TlsInfo, @Nullable String> text) {
    return Operators.plain(
        TextOperator.of(
            context -> {
              TlsInfo tls = session.of(context);
              return tls == null ? null : text.apply(tls);
            }));
  }

  private static Operators.Builder chain(
      Session session, Function<X509Certificate, @Nullable String> text) {
    return session(
        session,
        tls -> {
          List<X509Certificate> chain = tls.peerCertificates();
          return chain.isEmpty() ? null : chain.stream().map(text).collect(Collectors.joining(","));
        });
  }

  private static @Nullable Operator time(
      Command command,
      Session session,
      Function<TlsInfo, @Nullable X509Certificate> which,
      Function<X509Certificate, Date> date,
      Problems problems) {
    String pattern = command.argument();
    TimeFormat format =
        pattern.isEmpty()
            ? TimeFormat.iso(ZoneOffset.UTC)
            : TimeFormat.compile(pattern, ZoneOffset.UTC);
    if (format == null) {
      return command.invalid(problems, "unknown conversion in the time format", "see strftime(3)");
    }
    return (context, out) -> {
      TlsInfo tls = session.of(context);
      X509Certificate certificate = tls == null ? null : which.apply(tls);
      if (certificate == null) {
        return false;
      }
      format.append(date.apply(certificate).toInstant().getEpochSecond() * 1_000_000_000, out);
      return true;
    };
  }

  private static @Nullable X509Certificate peer(TlsInfo tls) {
    return tls.peerCertificates().isEmpty() ? null : tls.peerCertificates().get(0);
  }
}
