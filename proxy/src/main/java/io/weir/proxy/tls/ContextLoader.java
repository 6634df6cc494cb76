package io.weir.proxy.tls;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.Problems;
import io.weir.proxy.extension.DataSources;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.tls.pem.Identity;
import io.weir.proxy.tls.verify.PeerVerifier;
import io.weir.proxy.tls.verify.ValidationLoader;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads the parts of {@code CommonTlsContext} that may change while it is in use: certificates,
 * validation, ticket keys.
 */
final class ContextLoader {
  private static final int TICKET_KEY_BYTES = 80;
  // The beginning of the SHA-256 of an empty name.
  private static final String NO_NAME = "_e3b0c442";

  private final LoadContext context;
  private final Runnable changed;
  private final LongSupplier clock;
  private final List<SecretPart<Identity>> identities = new ArrayList<>();
  private final List<SecretPart<?>> all = new ArrayList<>();
  private @Nullable SecretPart<PeerVerifier> verifier;
  private @Nullable SecretPart<List<byte[]>> ticketKeys;

  /**
   * @param changed told when a part has changed, on the control thread
   */
  ContextLoader(LoadContext context, Runnable changed, LongSupplier clock) {
    this.context = context;
    this.changed = changed;
    this.clock = clock;
  }

  void load(CommonTlsContext message) {
    for (int i = 0; i < message.getTlsCertificatesCount(); i++) {
      LoadContext at = context.at("tls_certificates[" + i + "]");
      Secret secret = Secret.newBuilder().setTlsCertificate(message.getTlsCertificates(i)).build();
      SecretPart<Identity> part = part("", ContextLoader::identity);
      part.set(secret, at.problems(), false);
      identities.add(part);
    }
    for (int i = 0; i < message.getTlsCertificateSdsSecretConfigsCount(); i++) {
      identities.add(
          secret(
              message.getTlsCertificateSdsSecretConfigs(i),
              context.at("tls_certificate_sds_secret_configs[" + i + "]"),
              ContextLoader::identity));
    }
    loadValidation(message);
  }

  private void loadValidation(CommonTlsContext message) {
    switch (message.getValidationContextTypeCase()) {
      case VALIDATION_CONTEXT -> {
        verifier = part("", this::verifier);
        verifier.set(
            Secret.newBuilder().setValidationContext(message.getValidationContext()).build(),
            context.problems().at("validation_context"),
            false);
      }
      case VALIDATION_CONTEXT_SDS_SECRET_CONFIG ->
          verifier =
              secret(
                  message.getValidationContextSdsSecretConfig(),
                  context.at("validation_context_sds_secret_config"),
                  this::verifier);
      case COMBINED_VALIDATION_CONTEXT -> {
        var combined = message.getCombinedValidationContext();
        CertificateValidationContext base = combined.getDefaultValidationContext();
        verifier =
            secret(
                combined.getValidationContextSdsSecretConfig(),
                context.at("combined_validation_context.validation_context_sds_secret_config"),
                (secret, problems) ->
                    verifier(
                        secret,
                        base.toBuilder().mergeFrom(secret.getValidationContext()).build(),
                        problems));
      }
      default -> {
        // Peers are not verified.
      }
    }
  }

  void loadTicketKeys(SdsSecretConfig config) {
    ticketKeys =
        secret(
            config,
            context.at("session_ticket_keys_sds_secret_config"),
            (secret, problems) -> {
              if (!secret.hasSessionTicketKeys()) {
                problems.add("", "the secret " + secret.getName() + " has no session_ticket_keys");
                return null;
              }
              return ticketKeys(
                  secret.getSessionTicketKeys().getKeysList(), problems.at("session_ticket_keys"));
            });
  }

  static List<byte[]> ticketKeys(
      List<io.envoyproxy.envoy.config.core.v3.DataSource> sources, Problems problems) {
    var keys = new ArrayList<byte[]>();
    for (int i = 0; i < sources.size(); i++) {
      Problems at = problems.at("keys[" + i + "]");
      byte[] key = DataSources.read(sources.get(i), at);
      if (key != null && key.length != TICKET_KEY_BYTES) {
        at.add("", "a ticket key has " + TICKET_KEY_BYTES + " bytes, not " + key.length);
      } else if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static @Nullable Identity identity(Secret secret, Problems problems) {
    if (!secret.hasTlsCertificate()) {
      problems.add("", "the secret " + secret.getName() + " has no tls_certificate");
      return null;
    }
    return IdentityReader.read(
        secret.getTlsCertificate(),
        secret.getName().isEmpty() ? problems : problems.at("tls_certificate"));
  }

  private @Nullable PeerVerifier verifier(Secret secret, Problems problems) {
    return verifier(secret, secret.getValidationContext(), problems);
  }

  private @Nullable PeerVerifier verifier(
      Secret secret, CertificateValidationContext message, Problems problems) {
    if (!secret.hasValidationContext()) {
      problems.add("", "the secret " + secret.getName() + " has no validation_context");
      return null;
    }
    return ValidationLoader.load(
        message, clock, secret.getName().isEmpty() ? problems : problems.at("validation_context"));
  }

  private <T> SecretPart<T> part(String name, SecretPart.Reader<T> reader) {
    var part = new SecretPart<T>(name, context, reader, changed);
    all.add(part);
    return part;
  }

  private <T> SecretPart<T> secret(
      SdsSecretConfig config, LoadContext at, SecretPart.Reader<T> reader) {
    SecretPart<T> part = part(config.getName(), reader);
    if (config.hasSdsConfig()) {
      at.at("sds_config")
          .subscribe(
              config.getSdsConfig(),
              config.getName(),
              Secret.getDefaultInstance(),
              part,
              "sds." + config.getName() + ".");
    } else if (at.staticSecret(config.getName()) instanceof Secret secret) {
      part.set(secret, at.problems(), false);
    } else {
      at.problems()
          .add(
              "name",
              "there is no static secret " + config.getName(),
              "add it to static_resources.secrets, or set sds_config");
    }
    return part;
  }

  // ---- the parts as they are now

  /** Whether nothing more is waited for. */
  boolean settled() {
    return all.stream().allMatch(SecretPart::settled);
  }

  boolean complete() {
    return all.stream().allMatch(part -> part.value() != null);
  }

  boolean hasIdentities() {
    return !identities.isEmpty();
  }

  int identityCount() {
    return identities.size();
  }

  List<Identity> identities() {
    var now = new ArrayList<Identity>();
    for (SecretPart<Identity> part : identities) {
      Identity identity = part.value();
      if (identity != null) {
        now.add(identity);
      }
    }
    return now;
  }

  /** When certificates end, by Envoy's names for them. */
  Map<String, Long> expirations() {
    var ends = new TreeMap<String, Long>();
    for (SecretPart<Identity> part : identities) {
      Identity identity = part.value();
      if (identity != null) {
        add(ends, part.name().isEmpty() ? "unnamed_cert" + NO_NAME : part.name(), identity.leaf());
      }
    }
    if (verifier != null) {
      String name = verifier.name().isEmpty() ? "unnamed_ca_cert" + NO_NAME : verifier.name();
      verifier().authorities().forEach(each -> add(ends, name, each));
    }
    return ends;
  }

  /** The first end counts. */
  private static void add(Map<String, Long> ends, String name, X509Certificate certificate) {
    ends.merge(name, certificate.getNotAfter().toInstant().getEpochSecond(), Math::min);
  }

  PeerVerifier verifier() {
    PeerVerifier now = verifier == null ? null : verifier.value();
    return now == null ? PeerVerifier.NONE : now;
  }

  List<byte[]> ticketKeys() {
    List<byte[]> now = ticketKeys == null ? null : ticketKeys.value();
    return now == null ? List.of() : now;
  }
}
