package io.weir.proxy.matcher.tree;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.FilterStateInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestHeaderMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestQueryParamMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpRequestTrailerMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpResponseHeaderMatchInput;
import io.envoyproxy.envoy.type.matcher.v3.HttpResponseTrailerMatchInput;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.CertificateText;
import io.weir.proxy.matcher.QueryParameters;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes inputs from their messages. */
final class MatchInputs {
  private static final String NETWORK = "envoy.extensions.matching.common_inputs.network.v3.";
  private static final String HTTP = "envoy.type.matcher.v3.Http";
  private static final String SSL = "envoy.extensions.matching.common_inputs.ssl.v3.";
  private static final int URI_TAG = 6;
  private static final int DNS_TAG = 2;

  /** A part of the response. */
  private record ResponseInput(MatchInput of) implements MatchInput {
    @Override
    public @Nullable String get(MatchContext context) {
      return of.get(context);
    }

    @Override
    public boolean ofResponse() {
      return true;
    }
  }

  private MatchInputs() {}

  /** The input, or null when problems were reported. */
  static @Nullable MatchInput load(Any config, FactoryContext context) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    if (type.startsWith(HTTP)) {
      return http(type.substring(HTTP.length()), config, context);
    }
    if (type.startsWith(NETWORK)) {
      return network(type.substring(NETWORK.length()), config, context);
    }
    return switch (type) {
      case SSL + "UriSanInput" -> tls(MatchInputs::uriSans);
      case SSL + "DnsSanInput" -> tls(MatchInputs::dnsSans);
      case SSL + "SubjectInput" -> tls(MatchInputs::subject);
      case "envoy.extensions.matching.common_inputs.environment_variable.v3.Config" ->
          environment(config, context);
      default -> unknown(type, context);
    };
  }

  private static @Nullable MatchInput unknown(String type, FactoryContext context) {
    context.problems().add("typed_config", "no matcher input takes a " + type);
    return null;
  }

  private static @Nullable MatchInput http(String kind, Any config, FactoryContext context) {
    return switch (kind) {
      case "RequestHeaderMatchInput" -> {
        var input = context.unpack(config, HttpRequestHeaderMatchInput.getDefaultInstance());
        yield input == null ? null : header(input.getHeaderName(), MatchContext::requestHeaders);
      }
      case "RequestTrailerMatchInput" -> {
        var input = context.unpack(config, HttpRequestTrailerMatchInput.getDefaultInstance());
        yield input == null ? null : header(input.getHeaderName(), MatchContext::requestTrailers);
      }
      case "ResponseHeaderMatchInput" -> {
        var input = context.unpack(config, HttpResponseHeaderMatchInput.getDefaultInstance());
        yield input == null
            ? null
            : new ResponseInput(header(input.getHeaderName(), MatchContext::responseHeaders));
      }
      case "ResponseTrailerMatchInput" -> {
        var input = context.unpack(config, HttpResponseTrailerMatchInput.getDefaultInstance());
        yield input == null
            ? null
            : new ResponseInput(header(input.getHeaderName(), MatchContext::responseTrailers));
      }
      case "RequestQueryParamMatchInput" -> {
        var input = context.unpack(config, HttpRequestQueryParamMatchInput.getDefaultInstance());
        yield input == null ? null : query(input.getQueryParam());
      }
      case "ResponseStatusCodeMatchInput" -> new ResponseInput(MatchInputs::status);
      case "ResponseStatusCodeClassMatchInput" -> new ResponseInput(MatchInputs::statusClass);
      default -> unknown(HTTP + kind, context);
    };
  }

  private static MatchInput header(String name, Function<MatchContext, @Nullable HeaderMap> map) {
    HeaderName plain = HeaderName.of(name);
    HeaderName header = plain == HeaderName.HOST ? HeaderName.AUTHORITY : plain;
    return match -> {
      HeaderMap headers = map.apply(match);
      return headers == null ? null : headers.getJoined(header);
    };
  }

  private static @Nullable String status(MatchContext match) {
    HeaderMap headers = match.responseHeaders();
    return headers == null ? null : headers.get(HeaderName.STATUS);
  }

  private static @Nullable String statusClass(MatchContext match) {
    String status = status(match);
    return status == null || status.isEmpty() ? null : status.charAt(0) + "xx";
  }

  private static MatchInput query(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return match -> {
      HeaderMap headers = match.requestHeaders();
      int path = headers == null ? -1 : headers.find(HeaderName.PATH);
      if (headers == null || path < 0) {
        return null;
      }
      int start = headers.valueStart(path);
      int end = start + headers.valueLength(path);
      long found = QueryParameters.find(headers.bytes(), start, end, bytes);
      return found < 0
          ? null
          : new String(
              headers.bytes(), (int) (found >> 32), (int) found, StandardCharsets.ISO_8859_1);
    };
  }

  private static @Nullable MatchInput network(String kind, Any config, FactoryContext context) {
    return switch (kind) {
      case "DestinationIPInput" -> match -> ip(match.connection().localAddress());
      case "DestinationPortInput" -> match -> port(match.connection().localAddress());
      case "SourceIPInput" -> match -> ip(match.connection().remoteAddress());
      case "SourcePortInput" -> match -> port(match.connection().remoteAddress());
      case "DirectSourceIPInput" -> match -> ip(match.connection().directRemoteAddress());
      case "SourceTypeInput" -> MatchInputs::sourceType;
      case "ServerNameInput" -> match -> match.connection().requestedServerName();
      case "TransportProtocolInput" -> match -> match.connection().detectedTransportProtocol();
      case "ApplicationProtocolInput" ->
          match -> {
            List<String> offered = match.connection().requestedApplicationProtocols();
            return offered.isEmpty() ? null : "'" + String.join("','", offered) + "'";
          };
      case "FilterStateInput" -> {
        var input = context.unpack(config, FilterStateInput.getDefaultInstance());
        yield input == null ? null : filterState(input.getKey());
      }
      case "DynamicMetadataInput" -> {
        var input = context.unpack(config, DynamicMetadataInput.getDefaultInstance());
        yield input == null ? null : metadata(input);
      }
      default -> unknown(NETWORK + kind, context);
    };
  }

  private static @Nullable String ip(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : null;
  }

  private static @Nullable String port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? Integer.toString(inet.getPort()) : null;
  }

  private static @Nullable String sourceType(MatchContext match) {
    return match.connection().remoteAddress() instanceof InetSocketAddress remote
            && match.connection().localAddress() instanceof InetSocketAddress local
            && remote.getAddress() != null
            && (remote.getAddress().isLoopbackAddress()
                || remote.getAddress().equals(local.getAddress()))
        ? "local"
        : null;
  }

  private static MatchInput filterState(String key) {
    return match -> {
      StreamInfo stream = match.streamInfo();
      FilterState state = stream == null ? match.connection().filterState() : stream.filterState();
      return state.get(key) instanceof FilterState.Serializable object
          ? object.serializeAsString()
          : null;
    };
  }

  private static MatchInput metadata(DynamicMetadataInput input) {
    String namespace = input.getFilter();
    String[] path =
        input.getPathList().stream()
            .map(DynamicMetadataInput.PathSegment::getKey)
            .toArray(String[]::new);
    return new MatchInput() {
      @Override
      public @Nullable String get(MatchContext match) {
        return value(match) instanceof Value.StringValue(String text) ? text : null;
      }

      @Override
      public @Nullable Value value(MatchContext match) {
        StreamInfo stream = match.streamInfo();
        Value value =
            stream == null
                ? match.connection().dynamicMetadata().get(namespace)
                : stream.dynamicMetadata().get(namespace);
        for (String key : path) {
          value = value instanceof Value.MapValue map ? map.get(key) : null;
        }
        return value;
      }
    };
  }

  private static MatchInput tls(Function<TlsInfo, @Nullable String> part) {
    return match -> {
      TlsInfo tls = match.connection().tls();
      return tls == null || tls.peerCertificates().isEmpty() ? null : part.apply(tls);
    };
  }

  private static @Nullable String uriSans(TlsInfo tls) {
    return CertificateText.sans(tls.peerCertificates().getFirst(), URI_TAG);
  }

  private static @Nullable String dnsSans(TlsInfo tls) {
    return CertificateText.sans(tls.peerCertificates().getFirst(), DNS_TAG);
  }

  private static String subject(TlsInfo tls) {
    return tls.peerCertificates().getFirst().getSubjectX500Principal().getName();
  }

  private static @Nullable MatchInput environment(Any config, FactoryContext context) {
    var input =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.matching.common_inputs.environment_variable.v3.Config
                .getDefaultInstance());
    if (input == null) {
      return null;
    }
    // Read once, as Envoy does.
    String value = System.getenv(input.getName());
    return _ -> value;
  }
}
