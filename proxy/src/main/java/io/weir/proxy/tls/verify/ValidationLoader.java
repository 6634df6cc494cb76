package io.weir.proxy.tls.verify;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.TrustChainVerification;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.weir.filter.Problems;
import io.weir.proxy.extension.DataSources;
import io.weir.proxy.tls.pem.Certificates;
import io.weir.proxy.tls.pem.CredentialException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Loads {@code CertificateValidationContext}, and the SPIFFE validator in it. */
public final class ValidationLoader {
  private static final int SHA256_BYTES = 32;
  private static final String SPIFFE = "envoy.tls.cert_validator.spiffe";

  private final CertificateValidationContext message;
  private final LongSupplier clock;
  private final Problems problems;

  private ValidationLoader(
      CertificateValidationContext message, LongSupplier clock, Problems problems) {
    this.message = message;
    this.clock = clock;
    this.problems = problems;
  }

  /**
   * Loads a context.
   *
   * @param clock milliseconds since the epoch
   * @return null when problems were reported
   */
  public static @Nullable PeerVerifier load(
      CertificateValidationContext message, LongSupplier clock, Problems problems) {
    int before = problems.count();
    var loader = new ValidationLoader(message, clock, problems);
    PeerVerifier verifier = message.hasCustomValidatorConfig() ? loader.spiffe() : loader.context();
    if (verifier == null || problems.count() > before) {
      return null;
    }
    // A revocation list may end before any certificate does.
    return message.hasCrl() ? verifier : new RememberingVerifier(verifier, clock);
  }

  private @Nullable PeerVerifier context() {
    List<X509Certificate> trusted =
        message.hasTrustedCa() ? certificates(message.getTrustedCa(), "trusted_ca") : null;
    List<NameMatcher> matchers = matchers();
    if (!message.hasTrustedCa() && !matchers.isEmpty()) {
      problems.add(
          "match_typed_subject_alt_names",
          "names in certificates that nobody vouches for prove nothing",
          "set trusted_ca");
    }
    if (!message.hasTrustedCa() && message.hasCrl()) {
      problems.add("crl", "a revocation list needs its authority", "set trusted_ca");
    }
    if (!message.hasTrustedCa() && message.getAllowExpiredCertificate()) {
      problems.add(
          "allow_expired_certificate",
          "chains are not verified without an authority",
          "set trusted_ca");
    }
    Set<String> hashes = hashes();
    Set<String> keys = keys();
    List<X509CRL> crls = crls();
    TrustStore trust =
        trusted == null
            ? null
            : new TrustStore(
                trusted,
                crls,
                message.getOnlyVerifyLeafCertCrl(),
                message.getAllowExpiredCertificate(),
                maxDepth());
    return new ContextVerifier(trust, acceptUntrusted(), matchers, hashes, keys, clock);
  }

  private boolean acceptUntrusted() {
    return message.getTrustChainVerification() == TrustChainVerification.ACCEPT_UNTRUSTED;
  }

  private int maxDepth() {
    return message.hasMaxVerifyDepth()
        ? message.getMaxVerifyDepth().getValue()
        : TrustStore.DEFAULT_DEPTH;
  }

  private @Nullable List<X509Certificate> certificates(DataSource source, String path) {
    byte[] bytes = DataSources.read(source, problems.at(path));
    if (bytes == null) {
      return null;
    }
    try {
      return Certificates.read(bytes);
    } catch (CredentialException e) {
      problems.add(path, "failed to load trusted CA certificates: " + e.reason());
      return null;
    }
  }

  private List<X509CRL> crls() {
    byte[] bytes = message.hasCrl() ? DataSources.read(message.getCrl(), problems.at("crl")) : null;
    if (bytes == null) {
      return List.of();
    }
    try {
      List<X509CRL> lists = Certificates.revocationLists(bytes);
      if (lists.isEmpty()) {
        problems.add("crl", "there is no revocation list in it", "PEM blocks of X509 CRL");
      }
      return lists;
    } catch (CredentialException e) {
      problems.add("crl", e.reason());
      return List.of();
    }
  }

  private List<NameMatcher> matchers() {
    var matchers = new ArrayList<NameMatcher>();
    for (int i = 0; i < message.getMatchTypedSubjectAltNamesCount(); i++) {
      NameMatcher matcher =
          NameMatcher.load(
              message.getMatchTypedSubjectAltNames(i),
              problems.at("match_typed_subject_alt_names[" + i + "]"));
      if (matcher != null) {
        matchers.add(matcher);
      }
    }
    deprecatedMatchers(matchers);
    return matchers;
  }

  /** {@code match_subject_alt_names} means each kind of name but other names. */
  @SuppressWarnings("deprecation")
  private void deprecatedMatchers(List<NameMatcher> to) {
    for (int i = 0; i < message.getMatchSubjectAltNamesCount(); i++) {
      var matcher =
          io.weir.proxy.matcher.StringMatcher.load(
              message.getMatchSubjectAltNames(i),
              problems.at("match_subject_alt_names[" + i + "]"));
      String host =
          message.getMatchSubjectAltNames(i).hasExact()
              ? message.getMatchSubjectAltNames(i).getExact()
              : null;
      if (matcher != null) {
        for (AlternativeName.Kind kind : AlternativeName.Kind.values()) {
          if (kind != AlternativeName.Kind.OTHER_NAME) {
            to.add(
                new NameMatcher(kind, matcher, "", kind == AlternativeName.Kind.DNS ? host : null));
          }
        }
      }
    }
  }

  private Set<String> hashes() {
    var hashes = new HashSet<String>();
    for (int i = 0; i < message.getVerifyCertificateHashCount(); i++) {
      String hash = message.getVerifyCertificateHash(i).replace(":", "").toLowerCase(Locale.ROOT);
      if (hash.length() != 2 * SHA256_BYTES || !hash.chars().allMatch(HexFormat::isHexDigit)) {
        problems.add(
            "verify_certificate_hash[" + i + "]",
            "invalid hex-encoded SHA-256 " + message.getVerifyCertificateHash(i),
            "openssl x509 -in FILE -outform DER | sha256sum");
      }
      hashes.add(hash);
    }
    return hashes;
  }

  private Set<String> keys() {
    var keys = new HashSet<String>();
    for (int i = 0; i < message.getVerifyCertificateSpkiCount(); i++) {
      byte[] hash;
      try {
        hash = Base64.getDecoder().decode(message.getVerifyCertificateSpki(i));
      } catch (IllegalArgumentException _) {
        hash = new byte[0];
      }
      if (hash.length != SHA256_BYTES) {
        problems.add(
            "verify_certificate_spki[" + i + "]",
            "invalid base64-encoded SHA-256 " + message.getVerifyCertificateSpki(i),
            "the SHA-256 of the DER public key in base64");
      }
      keys.add(HexFormat.of().formatHex(hash));
    }
    return keys;
  }

  // ---- SPIFFE

  private @Nullable PeerVerifier spiffe() {
    Any any = message.getCustomValidatorConfig().getTypedConfig();
    Problems at = problems.at("custom_validator_config");
    if (!any.is(SPIFFECertValidatorConfig.class)) {
      at.add(
          "typed_config",
          "no certificate validator takes a " + any.getTypeUrl(),
          "known: " + SPIFFE);
      return null;
    }
    var bundles = new HashMap<String, TrustStore>();
    try {
      var config = any.unpack(SPIFFECertValidatorConfig.class);
      Problems inConfig = at.at("typed_config");
      if (config.hasTrustBundles()) {
        addBundles(config.getTrustBundles(), bundles, inConfig.at("trust_bundles"));
      } else {
        addDomains(config, bundles, inConfig);
      }
    } catch (InvalidProtocolBufferException _) {
      at.add("typed_config", "the bytes are no SPIFFECertValidatorConfig");
    }
    return new SpiffeVerifier(bundles, matchers(), clock);
  }

  private void addDomains(
      SPIFFECertValidatorConfig config, Map<String, TrustStore> bundles, Problems at) {
    if (config.getTrustDomainsCount() == 0) {
      at.add("trust_domains", "at least one trust domain is needed");
    }
    for (int i = 0; i < config.getTrustDomainsCount(); i++) {
      var domain = config.getTrustDomains(i);
      Problems atDomain = at.at("trust_domains[" + i + "]");
      if (bundles.containsKey(domain.getName())) {
        atDomain.add("name", "multiple trust bundles are given for one trust domain");
        continue;
      }
      byte[] pem = DataSources.read(domain.getTrustBundle(), atDomain.at("trust_bundle"));
      if (pem != null) {
        try {
          bundles.put(domain.getName(), store(Certificates.read(pem)));
        } catch (CredentialException e) {
          atDomain.add("trust_bundle", e.reason());
        }
      }
    }
  }

  private void addBundles(DataSource source, Map<String, TrustStore> bundles, Problems at) {
    byte[] json = DataSources.read(source, at);
    if (json != null) {
      try {
        SpiffeBundles.read(json)
            .forEach((domain, certificates) -> bundles.put(domain, store(certificates)));
      } catch (CredentialException e) {
        at.add("", e.reason(), "a SPIFFE bundle map: {\"trust_domains\": {…}}");
      }
    }
  }

  private TrustStore store(List<X509Certificate> certificates) {
    return new TrustStore(
        certificates,
        List.of(),
        false,
        message.getAllowExpiredCertificate(),
        TrustStore.DEFAULT_DEPTH);
  }
}
