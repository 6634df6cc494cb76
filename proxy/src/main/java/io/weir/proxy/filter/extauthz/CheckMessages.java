package io.weir.proxy.filter.extauthz;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.filter.extauthz.AuthzService.Question;
import io.weir.proxy.filter.extauthz.HeaderChange.Action;
import io.weir.proxy.formatter.CertificateText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The service's messages on the wire ({@code envoy.service.auth.v3}). */
final class CheckMessages {
  static final String METHOD = "/envoy.service.auth.v3.Authorization/Check";

  private static final HeaderName SERVICE = HeaderName.of("x-envoy-downstream-service-cluster");
  private static final String PARTIAL = "x-envoy-auth-partial-body";
  private static final int URI_SAN = 6;
  private static final int DNS_SAN = 2;
  private static final int FORBIDDEN = 403;
  private static final long NANOS = 1_000_000_000L;

  private CheckMessages() {}

  // ---- the question

  static byte[] request(GrpcAuthz service, Question question) {
    StreamInfo info = question.callbacks().streamInfo();
    ConnectionInfo connection = info.connection();
    var attributes = AttributeContext.newBuilder();
    TlsInfo tls = connection.tls();
    X509Certificate peer =
        tls == null || tls.peerCertificates().isEmpty() ? null : tls.peerCertificates().getFirst();
    X509Certificate own = tls == null ? null : tls.localCertificate();
    AttributeContext.Peer.Builder source = attributes.getSourceBuilder();
    peer(source, connection.directRemoteAddress(), peer);
    String client = question.request().get(SERVICE);
    if (client != null) {
      source.setService(client);
    }
    String pem = service.certificate() && peer != null ? CertificateText.urlEncodedPem(peer) : null;
    if (pem != null) {
      source.setCertificate(pem);
    }
    AttributeContext.Peer.Builder destination = attributes.getDestinationBuilder();
    peer(destination, connection.localAddress(), own);
    destination.putAllLabels(service.labels());
    http(service, question, attributes.getRequestBuilder());
    attributes.putAllContextExtensions(question.extensions());
    attributes.setMetadataContext(streamMetadata(service.metadata(), info));
    attributes.setRouteMetadataContext(
        routeMetadata(service.metadata(), question.callbacks().route()));
    String serverName = connection.requestedServerName();
    if (service.tlsSession()) {
      attributes.getTlsSessionBuilder().setSni(serverName == null ? "" : serverName);
    }
    return CheckRequest.newBuilder().setAttributes(attributes).build().toByteArray();
  }

  private static void peer(
      AttributeContext.Peer.Builder peer, SocketAddress address, @Nullable X509Certificate cert) {
    if (address instanceof InetSocketAddress inet) {
      Address.Builder built = peer.getAddressBuilder();
      built
          .getSocketAddressBuilder()
          .setAddress(inet.getAddress().getHostAddress())
          .setPortValue(inet.getPort());
    }
    if (cert != null) {
      String name = CertificateText.sans(cert, URI_SAN);
      if (name == null || name.isEmpty()) {
        name = CertificateText.sans(cert, DNS_SAN);
      }
      peer.setPrincipal(
          name == null || name.isEmpty() ? cert.getSubjectX500Principal().getName() : first(name));
    }
  }

  private static String first(String names) {
    int comma = names.indexOf(',');
    return comma < 0 ? names : names.substring(0, comma);
  }

  private static void http(
      GrpcAuthz service, Question question, AttributeContext.Request.Builder request) {
    StreamInfo info = question.callbacks().streamInfo();
    long started = info.startWallNanos();
    request.setTime(
        Timestamp.newBuilder().setSeconds(started / NANOS).setNanos((int) (started % NANOS)));
    HeaderMap headers = question.request();
    AttributeContext.HttpRequest.Builder http = request.getHttpBuilder();
    http.setId(Long.toUnsignedString(question.callbacks().streamId()))
        .setMethod(text(headers, HeaderName.METHOD))
        .setPath(text(headers, HeaderName.PATH))
        .setHost(text(headers, HeaderName.AUTHORITY))
        .setScheme(text(headers, HeaderName.SCHEME))
        .setProtocol(info.protocol() == null ? "" : info.protocol().text());
    headers(service, headers, http);
    if (question.limit() != null) {
      body(service, question, question.limit().maxBytes(), http);
    }
  }

  private static String text(HeaderMap headers, HeaderName name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  private static void headers(
      GrpcAuthz service, HeaderMap headers, AttributeContext.HttpRequest.Builder http) {
    Map<String, String> joined = new LinkedHashMap<>();
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      boolean sent =
          (service.allowed().isEmpty() || service.allowed().has(headers, e))
              && !service.disallowed().has(headers, e);
      if (sent && service.rawHeaders()) {
        http.getHeaderMapBuilder()
            .addHeaders(
                HeaderValue.newBuilder()
                    .setKey(headers.name(e))
                    .setRawValue(ByteString.copyFrom(latin1(headers.value(e)))));
      } else if (sent) {
        joined.merge(headers.name(e), utf8(headers.value(e)), (a, b) -> a + "," + b);
      }
    }
    http.putAllHeaders(joined);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Bytes that are not UTF-8 become exclamation marks, as in Envoy. */
  private static String utf8(String latin1) {
    return new String(latin1(latin1), StandardCharsets.UTF_8).replace('\ufffd', '!');
  }

  private static void body(
      GrpcAuthz service, Question question, int limit, AttributeContext.HttpRequest.Builder http) {
    byte[] all = question.body() == null ? new byte[0] : question.body().toByteArray();
    byte[] sent = all.length > limit ? Arrays.copyOf(all, limit) : all;
    if (service.packAsBytes()) {
      http.setRawBody(ByteString.copyFrom(sent));
    } else {
      http.setBody(utf8(new String(sent, StandardCharsets.ISO_8859_1)));
    }
    http.setSize(all.length);
    String partial = Boolean.toString(sent.length < all.length || !question.complete());
    if (service.rawHeaders()) {
      http.getHeaderMapBuilder()
          .addHeaders(
              HeaderValue.newBuilder()
                  .setKey(PARTIAL)
                  .setRawValue(ByteString.copyFromUtf8(partial)));
    } else {
      http.putHeaders(PARTIAL, partial);
    }
  }

  private static Metadata streamMetadata(GrpcAuthz.MetadataContext wanted, StreamInfo info) {
    var metadata = Metadata.newBuilder();
    for (String name : wanted.stream()) {
      Value.MapValue value = info.dynamicMetadata().get(name);
      if (value == null) {
        value = info.connection().dynamicMetadata().get(name);
      }
      if (value != null) {
        metadata.putFilterMetadata(name, struct(value));
      }
    }
    for (String name : wanted.typed()) {
      Any value = info.dynamicMetadata().typed(name);
      if (value == null) {
        value = info.connection().dynamicMetadata().typed(name);
      }
      if (value != null) {
        metadata.putTypedFilterMetadata(name, value);
      }
    }
    return metadata.build();
  }

  private static Metadata routeMetadata(
      GrpcAuthz.MetadataContext wanted, @Nullable RouteInfo route) {
    var metadata = Metadata.newBuilder();
    for (String name : wanted.route()) {
      Value.MapValue value = route == null ? null : route.metadata().namespace(name);
      if (value != null) {
        metadata.putFilterMetadata(name, struct(value));
      }
    }
    for (String name : wanted.routeTyped()) {
      Any value = route == null ? null : route.metadata().typed().get(name);
      if (value != null) {
        metadata.putTypedFilterMetadata(name, value);
      }
    }
    return metadata.build();
  }

  private static Struct struct(Value.MapValue value) {
    return ProtoValues.toProto(value);
  }

  // ---- the answer

  static Verdict verdict(byte[] message) {
    CheckResponse response;
    try {
      response = CheckResponse.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      return new Verdict.Failed();
    }
    Value.MapValue metadata =
        response.hasDynamicMetadata() ? ProtoValues.of(response.getDynamicMetadata()) : null;
    return response.getStatus().getCode() == 0
        ? allowed(response.getOkResponse(), metadata)
        : denied(response.getDeniedResponse(), metadata);
  }

  @SuppressWarnings("deprecation") // the deprecated metadata is still read
  private static Verdict allowed(OkHttpResponse ok, Value.@Nullable MapValue metadata) {
    Map<String, String> query = new LinkedHashMap<>();
    for (QueryParameter parameter : ok.getQueryParametersToSetList()) {
      query.put(parameter.getKey(), parameter.getValue());
    }
    return new Verdict.Allowed(
        requestChanges(ok.getHeadersList()),
        List.copyOf(ok.getHeadersToRemoveList()),
        responseChanges(ok.getResponseHeadersToAddList()),
        query,
        List.copyOf(ok.getQueryParametersToRemoveList()),
        metadata == null && ok.hasDynamicMetadata()
            ? ProtoValues.of(ok.getDynamicMetadata())
            : metadata);
  }

  private static Verdict denied(DeniedHttpResponse denied, Value.@Nullable MapValue metadata) {
    List<HeaderChange> headers = new ArrayList<>();
    for (HeaderValueOption option : denied.getHeadersList()) {
      headers.add(change(option, appends(option) ? Action.ADD : Action.SET));
    }
    int status = denied.hasStatus() ? denied.getStatus().getCodeValue() : FORBIDDEN;
    return new Verdict.Denied(
        status, denied.getBody().getBytes(StandardCharsets.UTF_8), headers, metadata);
  }

  @SuppressWarnings("deprecation")
  private static boolean appends(HeaderValueOption option) {
    return option.getAppend().getValue();
  }

  /** Only {@code append} counts here. */
  private static List<HeaderChange> requestChanges(List<HeaderValueOption> options) {
    List<HeaderChange> changes = new ArrayList<>(options.size());
    for (HeaderValueOption option : options) {
      changes.add(change(option, appends(option) ? Action.APPEND : Action.SET));
    }
    return changes;
  }

  @SuppressWarnings("deprecation")
  private static List<HeaderChange> responseChanges(List<HeaderValueOption> options) {
    List<HeaderChange> changes = new ArrayList<>(options.size());
    for (HeaderValueOption option : options) {
      Action action =
          option.hasAppend()
              ? appends(option) ? Action.ADD : Action.SET
              : switch (option.getAppendAction()) {
                case ADD_IF_ABSENT -> Action.ADD_IF_ABSENT;
                case OVERWRITE_IF_EXISTS -> Action.SET_IF_PRESENT;
                case OVERWRITE_IF_EXISTS_OR_ADD -> Action.SET;
                default -> Action.ADD;
              };
      changes.add(change(option, action));
    }
    return changes;
  }

  private static HeaderChange change(HeaderValueOption option, Action action) {
    HeaderValue header = option.getHeader();
    String value =
        header.getRawValue().isEmpty()
            ? header.getValue()
            : header.getRawValue().toString(StandardCharsets.ISO_8859_1);
    HeaderName name = HeaderName.of(header.getKey());
    return new HeaderChange(name == HeaderName.HOST ? HeaderName.AUTHORITY : name, value, action);
  }
}
