package io.weir.proxy.tracing;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig.CollectorEndpointVersion;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.envoyproxy.envoy.type.v3.Percent;
import io.weir.filter.Problems;
import io.weir.filter.TrafficDirection;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads {@code tracing} of a connection manager. */
public final class TracingLoader {
  /** For formats of our own, which compile. */
  static final Problems NO_PROBLEMS =
      new Problems() {
        @Override
        public void add(String path, String reason, String hint) {
          throw new IllegalStateException(path + ": " + reason);
        }

        @Override
        public void warn(String path, String reason, String hint) {}

        @Override
        public Problems at(String path) {
          return this;
        }

        @Override
        public int count() {
          return 0;
        }
      };

  private static final long ALL = 1_000_000;
  private static final int DEFAULT_MAX_PATH = 256;
  private static final long DEFAULT_TIMEOUT_MILLIS = 5000;
  private static final String EXPORT =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  private final HttpConnectionManager.Tracing message;
  private final LoadContext context;

  private TracingLoader(HttpConnectionManager.Tracing message, LoadContext context) {
    this.message = message;
    this.context = context;
  }

  /** Reads it all; of use only when no problem was reported. */
  public static TracingConfig load(HttpConnectionManager.Tracing message, LoadContext context) {
    return new TracingLoader(message, context).load();
  }

  private TracingConfig load() {
    var sampling =
        new Sampling(
            share(message.hasClientSampling(), message.getClientSampling()),
            share(message.hasRandomSampling(), message.getRandomSampling()),
            share(message.hasOverallSampling(), message.getOverallSampling()),
            context.runtime());
    return new TracingConfig(
        sampling,
        context.direction() == TrafficDirection.OUTBOUND ? "egress" : "ingress",
        message.hasMaxPathTagLength() ? message.getMaxPathTagLength().getValue() : DEFAULT_MAX_PATH,
        customTags(message.getCustomTagsList(), context.problems()),
        context.node().id(),
        context.node().locality().zone(),
        message.getSpawnUpstreamSpan().getValue(),
        message.hasProvider() ? provider() : null);
  }

  private static long share(boolean present, Percent percent) {
    return present ? Math.round(percent.getValue() * 10_000) : ALL;
  }

  private @Nullable TracerConfig provider() {
    var provider = message.getProvider();
    LoadContext at = context.at("provider.typed_config");
    String type = provider.getTypedConfig().getTypeUrl();
    return switch (type.substring(type.lastIndexOf('/') + 1)) {
      case "envoy.config.trace.v3.ZipkinConfig" -> zipkin(provider.getTypedConfig(), at);
      case "envoy.config.trace.v3.OpenTelemetryConfig" ->
          openTelemetry(provider.getTypedConfig(), at);
      default -> {
        at.problems()
            .add(
                "",
                "no tracer of type " + type,
                "known: envoy.config.trace.v3.ZipkinConfig, envoy.config.trace.v3.OpenTelemetryConfig");
        yield null;
      }
    };
  }

  private static <M extends Message> @Nullable M unpack(Any any, M prototype, LoadContext at) {
    return at.unpack(any, prototype);
  }

  private @Nullable TracerConfig zipkin(Any any, LoadContext at) {
    ZipkinConfig config = unpack(any, ZipkinConfig.getDefaultInstance(), at);
    if (config == null) {
      return null;
    }
    if (!at.hasCluster(config.getCollectorCluster())) {
      at.problems()
          .add(
              "collector_cluster",
              "unknown cluster '" + config.getCollectorCluster() + "'",
              "name a cluster of the configuration");
    }
    if (config.getCollectorEndpoint().isEmpty()) {
      at.problems().add("collector_endpoint", "is missing", "usually /api/v2/spans");
    }
    if (config.getCollectorEndpointVersion() != CollectorEndpointVersion.HTTP_JSON) {
      at.problems()
          .add(
              "collector_endpoint_version",
              config.getCollectorEndpointVersion() + " is not supported",
              "use HTTP_JSON with the endpoint /api/v2/spans");
    }
    return new Zipkin(
        config.getCollectorCluster(),
        config.getCollectorEndpoint(),
        config.getCollectorHostname().isEmpty()
            ? config.getCollectorCluster()
            : config.getCollectorHostname(),
        config.getTraceId128Bit(),
        !config.hasSharedSpanContext() || config.getSharedSpanContext().getValue(),
        context.node().cluster());
  }

  private @Nullable TracerConfig openTelemetry(Any any, LoadContext at) {
    OpenTelemetryConfig config = unpack(any, OpenTelemetryConfig.getDefaultInstance(), at);
    if (config == null) {
      return null;
    }
    Map<String, String> resource = new LinkedHashMap<>();
    String name = config.getServiceName();
    resource.put("service.name", name.isEmpty() ? "unknown_service:envoy" : name);
    if (config.hasHttpService()) {
      var uri = config.getHttpService().getHttpUri();
      Map<String, String> headers = new LinkedHashMap<>();
      for (HeaderValueOption option : config.getHttpService().getRequestHeadersToAddList()) {
        headers.put(
            option.getHeader().getKey().toLowerCase(Locale.ROOT), option.getHeader().getValue());
      }
      return new OpenTelemetry(
          uri.getCluster(),
          OpenTelemetry.host(uri.getUri()),
          OpenTelemetry.path(uri.getUri()),
          false,
          millis(uri.hasTimeout(), uri.getTimeout()),
          headers,
          resource);
    }
    var service = config.getGrpcService();
    if (!service.hasEnvoyGrpc()) {
      at.problems().add("grpc_service", "no envoy_grpc and no http_service", "name a cluster");
      return null;
    }
    String authority = service.getEnvoyGrpc().getAuthority();
    String cluster = service.getEnvoyGrpc().getClusterName();
    return new OpenTelemetry(
        cluster,
        authority.isEmpty() ? cluster : authority,
        EXPORT,
        true,
        millis(service.hasTimeout(), service.getTimeout()),
        Map.of(),
        resource);
  }

  private static long millis(boolean present, Duration duration) {
    return present ? Durations.toMillis(duration) : DEFAULT_TIMEOUT_MILLIS;
  }

  /** {@code tracing} of a route. */
  public static RouteTracing route(
      io.envoyproxy.envoy.config.route.v3.Tracing message, LoadContext context) {
    return new RouteTracing(
        new Sampling(
            share(message.hasClientSampling(), message.getClientSampling()),
            share(message.hasRandomSampling(), message.getRandomSampling()),
            share(message.hasOverallSampling(), message.getOverallSampling()),
            context.runtime()),
        customTags(message.getCustomTagsList(), context.problems()));
  }

  private static long share(boolean present, FractionalPercent percent) {
    long unit =
        switch (percent.getDenominator()) {
          case TEN_THOUSAND -> 100;
          case MILLION -> 1;
          default -> 10_000;
        };
    return present ? percent.getNumerator() * unit : ALL;
  }

  private static List<CustomTag> customTags(
      List<io.envoyproxy.envoy.type.tracing.v3.CustomTag> messages, Problems problems) {
    var tags = new ArrayList<CustomTag>();
    for (int i = 0; i < messages.size(); i++) {
      Problems at = problems.at("custom_tags[" + i + "]");
      var tag = messages.get(i);
      tags.add(
          switch (tag.getTypeCase()) {
            case LITERAL -> new CustomTag(tag.getTag(), null, tag.getLiteral().getValue());
            case ENVIRONMENT -> {
              String value = System.getenv(tag.getEnvironment().getName());
              yield new CustomTag(
                  tag.getTag(),
                  null,
                  value == null ? tag.getEnvironment().getDefaultValue() : value);
            }
            case REQUEST_HEADER ->
                new CustomTag(
                    tag.getTag(),
                    format("%REQ(" + tag.getRequestHeader().getName() + ")%", at),
                    tag.getRequestHeader().getDefaultValue());
            case METADATA ->
                new CustomTag(tag.getTag(), metadata(tag, at), tag.getMetadata().getDefaultValue());
            case TYPE_NOT_SET -> new CustomTag(tag.getTag(), null, "");
          });
    }
    return tags;
  }

  private static @Nullable SubstitutionFormat metadata(
      io.envoyproxy.envoy.type.tracing.v3.CustomTag tag, Problems problems) {
    var kind = tag.getMetadata().getKind();
    String where =
        kind.hasRoute()
            ? "ROUTE"
            : kind.hasCluster() ? "CLUSTER" : kind.hasHost() ? "UPSTREAM_HOST" : "DYNAMIC";
    MetadataKey key = tag.getMetadata().getMetadataKey();
    var text = new StringBuilder("%METADATA(" + where + ":" + key.getKey());
    key.getPathList().forEach(part -> text.append(':').append(part.getKey()));
    return format(text.append(")%").toString(), problems);
  }

  private static @Nullable SubstitutionFormat format(String text, Problems problems) {
    return SubstitutionFormat.compile(text, problems);
  }
}
