package io.weir.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.DynamicResources;
import io.weir.proxy.config.ResourceStore;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /certs}: the certificates of every TLS context in use, {@code
 * envoy.admin.v3.Certificates}.
 */
final class CertsEndpoint implements AdminEndpoint {
  private final ConfigHome home;
  private final ControlThread control;

  CertsEndpoint(ConfigHome home, ControlThread control) {
    this.home = home;
    this.control = control;
  }

  @Override
  public String path() {
    return "/certs";
  }

  @Override
  public String help() {
    return "print certificates in use";
  }

  @Override
  public AdminResponse handle(AdminRequest request) throws InterruptedException {
    List<Object> certificates = control.call(this::certificates);
    return AdminResponse.json(Json.pretty(Map.of("certificates", certificates)));
  }

  private List<Object> certificates() {
    List<CommonTlsContext> contexts = new ArrayList<>();
    for (ResourceStore.Shown shown : home.listeners().shown()) {
      if (shown.active() != null && shown.active().message() instanceof Listener listener) {
        for (FilterChain chain : listener.getFilterChainsList()) {
          add(chain.getTransportSocket(), contexts);
        }
        add(listener.getDefaultFilterChain().getTransportSocket(), contexts);
      }
    }
    for (ResourceStore.Shown shown : home.clusters().shown()) {
      if (shown.active() != null && shown.active().message() instanceof Cluster cluster) {
        add(cluster.getTransportSocket(), contexts);
        cluster
            .getTransportSocketMatchesList()
            .forEach(match -> add(match.getTransportSocket(), contexts));
      }
    }
    List<Object> certificates = new ArrayList<>();
    contexts.forEach(context -> certificates.add(shown(context)));
    return certificates;
  }

  private static void add(TransportSocket socket, List<CommonTlsContext> contexts) {
    Any config = socket.getTypedConfig();
    try {
      if (config.is(DownstreamTlsContext.class)) {
        contexts.add(config.unpack(DownstreamTlsContext.class).getCommonTlsContext());
      } else if (config.is(UpstreamTlsContext.class)) {
        contexts.add(config.unpack(UpstreamTlsContext.class).getCommonTlsContext());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a configuration in use does not parse", e);
    }
  }

  private Map<String, Object> shown(CommonTlsContext context) {
    List<Object> authorities = new ArrayList<>();
    List<Object> chains = new ArrayList<>();
    CertificateValidationContext validation = validation(context);
    if (validation != null && validation.hasTrustedCa()) {
      authorities.addAll(CertificateDetails.all(validation.getTrustedCa()));
    }
    for (TlsCertificate certificate : context.getTlsCertificatesList()) {
      addLeaf(certificate.getCertificateChain(), chains);
    }
    for (SdsSecretConfig config : context.getTlsCertificateSdsSecretConfigsList()) {
      Secret secret = secret(config);
      if (secret != null && secret.hasTlsCertificate()) {
        addLeaf(secret.getTlsCertificate().getCertificateChain(), chains);
      }
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("ca_cert", authorities);
    shown.put("cert_chain", chains);
    return shown;
  }

  private @Nullable CertificateValidationContext validation(CommonTlsContext context) {
    return switch (context.getValidationContextTypeCase()) {
      case VALIDATION_CONTEXT -> context.getValidationContext();
      case VALIDATION_CONTEXT_SDS_SECRET_CONFIG ->
          validation(context.getValidationContextSdsSecretConfig());
      case COMBINED_VALIDATION_CONTEXT -> {
        var combined = context.getCombinedValidationContext();
        yield combined.getDefaultValidationContext().hasTrustedCa()
            ? combined.getDefaultValidationContext()
            : validation(combined.getValidationContextSdsSecretConfig());
      }
      default -> null;
    };
  }

  private @Nullable CertificateValidationContext validation(SdsSecretConfig config) {
    Secret secret = secret(config);
    return secret == null || !secret.hasValidationContext() ? null : secret.getValidationContext();
  }

  private @Nullable Secret secret(SdsSecretConfig config) {
    for (Secret secret : home.bootstrap().getStaticResources().getSecretsList()) {
      if (secret.getName().equals(config.getName())) {
        return secret;
      }
    }
    for (DynamicResources.Entry entry : home.dynamicResources(ResourceType.SECRET)) {
      Message message = entry.message();
      if (entry.name().equals(config.getName()) && message instanceof Secret secret) {
        return secret;
      }
    }
    return null;
  }

  private static void addLeaf(DataSource source, List<Object> to) {
    CertificateDetails.all(source).stream().limit(1).forEach(to::add);
  }
}
