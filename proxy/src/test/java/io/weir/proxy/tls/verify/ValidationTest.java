package io.weir.proxy.tls.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.weir.filter.Problems;
import io.weir.proxy.tls.TestCertificates;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stock Envoy says of the same certificates. */
class ValidationTest {
  private static final String CHAIN =
      "verify cert failed: X509_verify_cert: certificate verification error at depth ";

  private static CertificateValidationContext context(String json) throws Exception {
    var context = CertificateValidationContext.newBuilder();
    JsonFormat.TypeRegistry types =
        JsonFormat.TypeRegistry.newBuilder().add(SPIFFECertValidatorConfig.getDescriptor()).build();
    JsonFormat.parser().usingTypeRegistry(types).merge(json.replace('\'', '"'), context);
    return context.build();
  }

  private static String ca(String name) {
    return "'trusted_ca': {'filename': '" + TestCertificates.path(name + ".pem") + "'}";
  }

  private static PeerVerifier load(String json) throws Exception {
    var problems = new Listed();
    PeerVerifier verifier =
        ValidationLoader.load(context(json), System::currentTimeMillis, problems);
    assertThat(problems.lines).isEmpty();
    return verifier;
  }

  private static String verdict(PeerVerifier verifier, List<X509Certificate> chain, PeerRole role) {
    return text(verifier.verify(chain, role, PeerNames.NONE));
  }

  private static String text(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted(boolean validated, Verdict.Cause forgiven) ->
          validated ? "validated" : forgiven == null ? "accepted" : "forgiven " + forgiven;
      case Verdict.Rejected rejected -> rejected.reason();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "client, CLIENT, validated",
    "server, SERVER, validated",
    "rsa, SERVER, validated",
    "stranger, CLIENT, 0: unable to get local issuer certificate",
    "expired, CLIENT, 0: certificate has expired",
    "future, CLIENT, 0: certificate is not yet valid",
    "only-server, SERVER, validated",
    "only-server, CLIENT, 0: unsupported certificate purpose",
    "other-ca, CLIENT, 0: self-signed certificate",
    "below, SERVER, 0: unable to get local issuer certificate"
  })
  void checksChains(String leaf, PeerRole role, String expected) throws Exception {
    String seen = verdict(load("{" + ca("ca") + "}"), TestCertificates.chain(leaf), role);

    assertThat(seen).isEqualTo(expected.equals("validated") ? expected : CHAIN + expected);
  }

  @Test
  void goesOverIntermediates() throws Exception {
    PeerVerifier verifier = load("{" + ca("ca") + "}");
    var chain = new ArrayList<>(TestCertificates.chain("below"));
    chain.addAll(TestCertificates.chain("intermediate"));

    assertThat(verdict(verifier, chain, PeerRole.SERVER)).isEqualTo("validated");
  }

  @Test
  void endsAtAnyTrustedCertificate() throws Exception {
    assertThat(
            verdict(
                load("{" + ca("intermediate") + "}"),
                TestCertificates.chain("below"),
                PeerRole.SERVER))
        .isEqualTo("validated");
    assertThat(
            verdict(
                load("{" + ca("server") + "}"), TestCertificates.chain("server"), PeerRole.SERVER))
        .isEqualTo("validated");
  }

  @Test
  void takesNoLeafForAnAuthority() throws Exception {
    var chain = new ArrayList<>(TestCertificates.chain("forged"));
    chain.addAll(TestCertificates.chain("second"));

    assertThat(verdict(load("{" + ca("ca") + "}"), chain, PeerRole.SERVER))
        .isEqualTo(CHAIN + "1: invalid CA certificate");
  }

  @Test
  void takesNoOtherSignature() throws Exception {
    // The same names and key identifiers, another key: made by replacing the signature.
    X509Certificate server = TestCertificates.chain("server").getFirst();
    byte[] der = server.getEncoded();
    der[der.length - 4] ^= 1;
    X509Certificate changed = io.weir.proxy.tls.pem.Certificates.certificate(der);

    assertThat(verdict(load("{" + ca("ca") + "}"), List.of(changed), PeerRole.SERVER))
        .isEqualTo(CHAIN + "0: certificate signature failure");
  }

  @Test
  void acceptsWhatItIsToldTo() throws Exception {
    assertThat(
            verdict(
                load("{" + ca("ca") + ", 'trust_chain_verification': 'ACCEPT_UNTRUSTED'}"),
                TestCertificates.chain("stranger"),
                PeerRole.CLIENT))
        .isEqualTo("forgiven CHAIN");
    PeerVerifier expired = load("{" + ca("ca") + ", 'allow_expired_certificate': true}");
    assertThat(verdict(expired, TestCertificates.chain("expired"), PeerRole.CLIENT))
        .isEqualTo("validated");
    assertThat(verdict(expired, TestCertificates.chain("stranger"), PeerRole.CLIENT))
        .isEqualTo(CHAIN + "0: unable to get local issuer certificate");
  }

  @ParameterizedTest
  @CsvSource({
    "URI, exact, spiffe://lab/client, true",
    "URI, prefix, spiffe://lab/, true",
    "URI, exact, spiffe://lab/other, false",
    "DNS, exact, client.test, true",
    "DNS, suffix, .test, true",
    "DNS, exact, spiffe://lab/client, false",
    "EMAIL, exact, me@client.test, true",
    "IP_ADDRESS, exact, 127.0.0.9, true",
    "IP_ADDRESS, exact, ::1, true"
  })
  void matchesNames(String kind, String how, String text, boolean matches) throws Exception {
    String json =
        "{%s, 'match_typed_subject_alt_names': [{'san_type': '%s', 'matcher': {'%s': '%s'}}]}"
            .formatted(ca("ca"), kind, how, text);

    assertThat(verdict(load(json), TestCertificates.chain("client"), PeerRole.CLIENT))
        .isEqualTo(
            matches
                ? "validated"
                : "verify cert failed: SAN matcher, certificate SANs are [client.test,"
                    + " spiffe://lab/client, me@client.test, 127.0.0.9, ::1]");
  }

  @ParameterizedTest
  @CsvSource({
    "x.wild.test, true",
    "wild.test, false",
    "a.b.wild.test, false",
    "SERVER.TEST, true",
    "*.wild.test, true",
    "erver.test, false"
  })
  void coversHostsByWildcards(String host, boolean covered) throws Exception {
    Verdict verdict =
        load("{" + ca("ca") + "}")
            .verify(
                TestCertificates.chain("server"), PeerRole.SERVER, PeerNames.also(List.of(host)));

    assertThat(text(verdict))
        .isEqualTo(
            covered
                ? "validated"
                : "verify cert failed: verify SAN list, expected SANs: ["
                    + host
                    + "], certificate SANs: [server.test, *.wild.test, spiffe://lab/server]");
  }

  @Test
  void pinsCertificatesAndKeys() throws Exception {
    X509Certificate leaf = TestCertificates.chain("client").getFirst();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    String hash = HexFormat.ofDelimiter(":").formatHex(sha256.digest(leaf.getEncoded()));
    String key =
        Base64.getEncoder().encodeToString(sha256.digest(leaf.getPublicKey().getEncoded()));
    String other = "0".repeat(64);

    for (String pins :
        List.of(
            "'verify_certificate_hash': ['" + hash + "']",
            "'verify_certificate_spki': ['" + key + "']",
            "'verify_certificate_hash': ['"
                + other
                + "'], 'verify_certificate_spki': ['"
                + key
                + "']")) {
      PeerVerifier verifier = load("{" + pins + "}");
      assertThat(verdict(verifier, List.of(leaf), PeerRole.CLIENT)).isEqualTo("validated");
      assertThat(verdict(verifier, TestCertificates.chain("server"), PeerRole.CLIENT))
          .isEqualTo("verify cert failed: cert hash and spki");
    }
  }

  @Test
  void knowsRevokedCertificates() throws Exception {
    PeerVerifier verifier =
        load(
            "{%s, 'crl': {'filename': '%s'}}"
                .formatted(ca("ca"), TestCertificates.path("crl.pem")));

    assertThat(verdict(verifier, TestCertificates.chain("client"), PeerRole.CLIENT))
        .isEqualTo("validated");
    assertThat(verdict(verifier, TestCertificates.chain("revoked"), PeerRole.CLIENT))
        .isEqualTo(
            CHAIN
                + "0: certificate revocation check against provided CRLs failed: certificate"
                + " revoked");
    var chain = new ArrayList<>(TestCertificates.chain("below"));
    chain.addAll(TestCertificates.chain("intermediate"));
    assertThat(verdict(verifier, chain, PeerRole.SERVER))
        .isEqualTo(
            CHAIN
                + "0: certificate revocation check against provided CRLs failed: unable to get"
                + " certificate CRL");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1: unable to get local issuer certificate",
    "1, 1: unable to get local issuer certificate",
    "2, validated"
  })
  void looksForIssuersAsDeepAsItMay(int depth, String expected) throws Exception {
    var chain = new ArrayList<>(TestCertificates.chain("below"));
    if (chain.size() == 1) {
      chain.addAll(TestCertificates.chain("intermediate"));
    }
    PeerVerifier verifier = load("{" + ca("ca") + ", 'max_verify_depth': " + depth + "}");

    assertThat(verdict(verifier, chain, PeerRole.SERVER))
        .isEqualTo(expected.equals("validated") ? expected : CHAIN + expected);
    assertThat(verdict(verifier, TestCertificates.chain("server"), PeerRole.SERVER))
        .isEqualTo("validated");
  }

  @ParameterizedTest
  @CsvSource({
    "stranger, forgiven CHAIN",
    "server, forgiven NAMES",
    "client, validated",
  })
  void saysWhatItForgivesUntrustedPeers(String leaf, String expected) throws Exception {
    PeerVerifier verifier =
        load(
            "{"
                + ca("ca")
                + ", 'trust_chain_verification': 'ACCEPT_UNTRUSTED', 'match_typed_subject_alt_names':"
                + " [{'san_type': 'DNS', 'matcher': {'exact': 'client.test'}}]}");

    assertThat(verdict(verifier, TestCertificates.chain(leaf), PeerRole.CLIENT))
        .isEqualTo(expected);
  }

  @Test
  void namesOfAConnectionMayStandInForThoseOfTheContext() throws Exception {
    PeerVerifier verifier =
        load(
            "{"
                + ca("ca")
                + ", 'match_typed_subject_alt_names': [{'san_type': 'DNS', 'matcher': {'exact':"
                + " 'nobody.test'}}]}");
    List<X509Certificate> chain = TestCertificates.chain("server");

    assertThat(
            text(
                verifier.verify(
                    chain, PeerRole.SERVER, new PeerNames(List.of("server.test"), true))))
        .isEqualTo("validated");
    assertThat(
            text(
                verifier.verify(
                    chain, PeerRole.SERVER, new PeerNames(List.of("spiffe://lab/server"), true))))
        .startsWith("verify cert failed: verify SAN list");
    assertThat(
            text(verifier.verify(chain, PeerRole.SERVER, PeerNames.also(List.of("server.test")))))
        .startsWith("verify cert failed: SAN matcher");
  }

  @Test
  void remembersGoodChainsUntilTheyEnd() throws Exception {
    var asked = new ArrayList<String>();
    X509Certificate leaf = TestCertificates.chain("client").getFirst();
    PeerVerifier inner =
        new PeerVerifier() {
          @Override
          public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
            asked.add(role + " " + names.names());
            return chain.getFirst().equals(leaf)
                ? Verdict.VALIDATED
                : new Verdict.Rejected(
                    "no", Verdict.Cause.CHAIN, Verdict.Alert.CERTIFICATE_UNKNOWN);
          }

          @Override
          public List<X509Certificate> authorities() {
            return List.of();
          }
        };
    var now = new long[] {leaf.getNotAfter().getTime() - 1};
    PeerVerifier remembering = new RememberingVerifier(inner, () -> now[0]);

    for (int i = 0; i < 2; i++) {
      remembering.verify(List.of(leaf), PeerRole.CLIENT, PeerNames.NONE);
      remembering.verify(List.of(leaf), PeerRole.CLIENT, PeerNames.also(List.of("a")));
      remembering.verify(TestCertificates.chain("server"), PeerRole.CLIENT, PeerNames.NONE);
    }
    assertThat(asked).containsExactly("CLIENT []", "CLIENT [a]", "CLIENT []", "CLIENT []");

    now[0]++;
    remembering.verify(List.of(leaf), PeerRole.CLIENT, PeerNames.NONE);
    assertThat(asked).hasSize(5);
  }

  @Test
  void trustsEachDomainInItsOwnAffairsOnly() throws Exception {
    PeerVerifier verifier =
        load(
            """
            {'custom_validator_config': {'name': 'envoy.tls.cert_validator.spiffe', 'typed_config': {
              '@type': 'type.googleapis.com/%s', 'trust_domains': [
                {'name': 'lab', 'trust_bundle': {'filename': '%s'}},
                {'name': 'else', 'trust_bundle': {'filename': '%s'}}]}}}"""
                .formatted(
                    SPIFFECertValidatorConfig.getDescriptor().getFullName(),
                    TestCertificates.path("ca.pem"),
                    TestCertificates.path("other-ca.pem")));

    assertThat(verdict(verifier, TestCertificates.chain("client"), PeerRole.CLIENT))
        .isEqualTo("validated");
    assertThat(verdict(verifier, TestCertificates.chain("stranger"), PeerRole.CLIENT))
        .isEqualTo("validated");
    assertThat(verdict(verifier, TestCertificates.chain("rsa"), PeerRole.CLIENT))
        .isEqualTo("verify cert failed: no trust bundle store");
    PeerVerifier swapped =
        load(
            """
            {'custom_validator_config': {'name': 's', 'typed_config': {
              '@type': 'type.googleapis.com/%s', 'trust_domains': [
                {'name': 'lab', 'trust_bundle': {'filename': '%s'}}]}}}"""
                .formatted(
                    SPIFFECertValidatorConfig.getDescriptor().getFullName(),
                    TestCertificates.path("other-ca.pem")));
    assertThat(verdict(swapped, TestCertificates.chain("client"), PeerRole.CLIENT))
        .isEqualTo(CHAIN + "0: unable to get local issuer certificate");
  }

  @Test
  void readsSpiffeBundleMaps() throws Exception {
    String x5c =
        Base64.getEncoder().encodeToString(TestCertificates.chain("ca").getFirst().getEncoded());
    String bundles =
        "{\\\"trust_domains\\\": {\\\"lab\\\": {\\\"keys\\\": [{\\\"kty\\\": \\\"EC\\\", \\\"use\\\": \\\"x509-svid\\\","
            + " \\\"x5c\\\": [\\\""
            + x5c
            + "\\\"]}]}}}";
    PeerVerifier verifier =
        load(
            """
            {'custom_validator_config': {'name': 's', 'typed_config': {'@type': 'type.googleapis.com/%s',
              'trust_bundles': {'inline_string': '%s'}}}}"""
                .formatted(SPIFFECertValidatorConfig.getDescriptor().getFullName(), bundles));

    assertThat(verdict(verifier, TestCertificates.chain("client"), PeerRole.CLIENT))
        .isEqualTo("validated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'match_typed_subject_alt_names': [{'san_type': 'DNS', 'matcher': {'exact': 'a'}}]} | match_typed_subject_alt_names",
        "{'crl': {'inline_string': 'x'}} | crl",
        "{'trusted_ca': {'inline_string': 'x'}} | trusted_ca",
        "{'trusted_ca': {'filename': '/does/not/exist'}} | trusted_ca.filename",
        "{'verify_certificate_hash': ['abc']} | verify_certificate_hash[0]",
        "{'verify_certificate_spki': ['abc']} | verify_certificate_spki[0]",
        "{'custom_validator_config': {'name': 'x'}} | custom_validator_config.typed_config"
      })
  void refusesWhatProvesNothing(String json, String path) throws Exception {
    var problems = new Listed();

    assertThat(ValidationLoader.load(context(json.strip()), System::currentTimeMillis, problems))
        .isNull();
    assertThat(problems.lines).anyMatch(line -> line.startsWith(path.strip() + ": "));
  }

  /** Problems as lines. */
  private static final class Listed implements Problems {
    private final List<String> lines;
    private final String prefix;

    Listed() {
      this(new ArrayList<>(), "");
    }

    private Listed(List<String> lines, String prefix) {
      this.lines = lines;
      this.prefix = prefix;
    }

    private String path(String path) {
      return prefix.isEmpty() || path.isEmpty() ? prefix + path : prefix + "." + path;
    }

    @Override
    public void add(String path, String reason, String hint) {
      lines.add(path(path) + ": " + reason);
    }

    @Override
    public void warn(String path, String reason, String hint) {}

    @Override
    public int count() {
      return lines.size();
    }

    @Override
    public Problems at(String inner) {
      return new Listed(lines, path(inner));
    }
  }
}
