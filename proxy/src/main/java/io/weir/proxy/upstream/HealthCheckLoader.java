package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.matcher.StringMatcher;
import io.weir.proxy.tls.UpstreamTransports;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code envoy.config.core.v3.HealthCheck}. */
final class HealthCheckLoader {
  private static final int BODY_LIMIT = 1024;

  private HealthCheckLoader() {}

  /** Null when problems were reported. */
  static @Nullable HealthCheckSettings load(HealthCheck message, Problems problems) {
    int before = problems.count();
    HealthCheckSettings.Probe probe = probe(message, problems);
    if (probe == null || problems.count() > before) {
      return null;
    }
    long interval = Millis.of(message.getInterval());
    long unhealthy =
        message.hasUnhealthyInterval() ? Millis.of(message.getUnhealthyInterval()) : interval;
    long noTraffic =
        message.hasNoTrafficInterval() ? Millis.of(message.getNoTrafficInterval()) : 60_000;
    return new HealthCheckSettings(
        Millis.of(message.getTimeout()),
        interval,
        Millis.of(message.getInitialJitter()),
        Millis.of(message.getIntervalJitter()),
        message.getIntervalJitterPercent(),
        message.getUnhealthyThreshold().getValue(),
        message.getHealthyThreshold().getValue(),
        message.getAltPort().getValue(),
        !message.hasReuseConnection() || message.getReuseConnection().getValue(),
        noTraffic,
        message.hasNoTrafficHealthyInterval()
            ? Millis.of(message.getNoTrafficHealthyInterval())
            : noTraffic,
        unhealthy,
        message.hasUnhealthyEdgeInterval()
            ? Millis.of(message.getUnhealthyEdgeInterval())
            : unhealthy,
        message.hasHealthyEdgeInterval() ? Millis.of(message.getHealthyEdgeInterval()) : interval,
        List.copyOf(message.getTlsOptions().getAlpnProtocolsList()),
        message.hasTransportSocketMatchCriteria()
            ? UpstreamTransports.metadata(message.getTransportSocketMatchCriteria())
            : null,
        probe);
  }

  /** The files that events are written to. */
  @SuppressWarnings("deprecation")
  static List<EventLog> logs(HealthCheck message, LoadContext context) {
    var logs = new ArrayList<EventLog>();
    if (!message.getEventLogPath().isEmpty()) {
      logs.add(EventLog.of(message.getEventLogPath(), context));
    }
    for (int i = 0; i < message.getEventLoggerCount(); i++) {
      TypedExtensionConfig sink = message.getEventLogger(i);
      LoadContext at = context.at("event_logger[" + i + "]");
      if (!sink.getTypedConfig().is(HealthCheckEventFileSink.class)) {
        at.problems()
            .add(
                "typed_config",
                "no event sink takes a " + sink.getTypedConfig().getTypeUrl(),
                "known: envoy.health_check.event_sinks.file");
        continue;
      }
      var file =
          at.at("typed_config")
              .unpack(sink.getTypedConfig(), HealthCheckEventFileSink.getDefaultInstance());
      if (file != null) {
        logs.add(EventLog.of(file.getEventLogPath(), context));
      }
    }
    return logs;
  }

  private static HealthCheckSettings.@Nullable Probe probe(HealthCheck message, Problems problems) {
    return switch (message.getHealthCheckerCase()) {
      case HTTP_HEALTH_CHECK ->
          http(message.getHttpHealthCheck(), problems.at("http_health_check"));
      case TCP_HEALTH_CHECK -> {
        var tcp = message.getTcpHealthCheck();
        Problems at = problems.at("tcp_health_check");
        byte[] send = tcp.hasSend() ? payload(tcp.getSend(), at.at("send")) : new byte[0];
        List<byte[]> receive = payloads(tcp.getReceiveList(), at);
        yield send == null
            ? null
            : new HealthCheckSettings.Tcp(
                send,
                receive,
                tcp.hasProxyProtocolConfig()
                    ? ProxyHeaderLoader.header(tcp.getProxyProtocolConfig())
                    : null);
      }
      case GRPC_HEALTH_CHECK -> {
        var grpc = message.getGrpcHealthCheck();
        yield new HealthCheckSettings.Grpc(
            grpc.getServiceName(),
            grpc.getAuthority(),
            HeaderMutationsLoader.load(
                grpc.getInitialMetadataList(),
                List.of(),
                "initial_metadata",
                problems.at("grpc_health_check")));
      }
      case CUSTOM_HEALTH_CHECK -> {
        problems.add(
            "custom_health_check",
            "unknown health checker " + message.getCustomHealthCheck().getName(),
            "use http_health_check, tcp_health_check or grpc_health_check");
        yield null;
      }
      case HEALTHCHECKER_NOT_SET -> {
        problems.add("", "no health checker is given", "set http_health_check");
        yield null;
      }
    };
  }

  private static HealthCheckSettings.@Nullable Probe http(
      HealthCheck.HttpHealthCheck http, Problems problems) {
    byte[] send = http.hasSend() ? payload(http.getSend(), problems.at("send")) : new byte[0];
    StringMatcher service =
        http.hasServiceNameMatcher()
            ? StringMatcher.load(http.getServiceNameMatcher(), problems.at("service_name_matcher"))
            : null;
    if (send == null) {
      return null;
    }
    String method =
        http.getMethod() == RequestMethod.METHOD_UNSPECIFIED ? "GET" : http.getMethod().name();
    if (method.equals("CONNECT")) {
      problems.add("method", "CONNECT is not allowed", "");
    }
    List<HealthCheckSettings.StatusRange> expected =
        ranges(http.getExpectedStatusesList(), "expected_statuses", problems);
    return new HealthCheckSettings.Http(
        method,
        http.getPath(),
        http.getHost(),
        send,
        payloads(http.getReceiveList(), problems),
        (int)
            (http.hasResponseBufferSize() && http.getResponseBufferSize().getValue() > 0
                ? Math.min(Integer.MAX_VALUE, http.getResponseBufferSize().getValue())
                : BODY_LIMIT),
        expected.isEmpty() ? List.of(new HealthCheckSettings.StatusRange(200, 201)) : expected,
        ranges(http.getRetriableStatusesList(), "retriable_statuses", problems),
        service,
        HeaderMutationsLoader.load(
            http.getRequestHeadersToAddList(),
            http.getRequestHeadersToRemoveList(),
            "request",
            problems),
        http.getCodecClientType() == CodecClientType.HTTP2);
  }

  private static List<HealthCheckSettings.StatusRange> ranges(
      List<Int64Range> messages, String field, Problems problems) {
    var ranges = new ArrayList<HealthCheckSettings.StatusRange>();
    for (int i = 0; i < messages.size(); i++) {
      Int64Range range = messages.get(i);
      if (range.getStart() >= range.getEnd() || range.getStart() < 100 || range.getEnd() > 600) {
        problems.add(
            field + "[" + i + "]",
            "no range of statuses: " + range.getStart() + " to " + range.getEnd(),
            "the end is exclusive; statuses are 100 to 599");
      }
      ranges.add(new HealthCheckSettings.StatusRange(range.getStart(), range.getEnd()));
    }
    return List.copyOf(ranges);
  }

  private static List<byte[]> payloads(List<HealthCheck.Payload> messages, Problems problems) {
    var payloads = new ArrayList<byte[]>();
    for (int i = 0; i < messages.size(); i++) {
      byte[] bytes = payload(messages.get(i), problems.at("receive[" + i + "]"));
      if (bytes != null) {
        payloads.add(bytes);
      }
    }
    return List.copyOf(payloads);
  }

  private static byte @Nullable [] payload(HealthCheck.Payload payload, Problems problems) {
    if (payload.hasBinary()) {
      return payload.getBinary().toByteArray();
    }
    try {
      return HexFormat.of().parseHex(payload.getText());
    } catch (IllegalArgumentException _) {
      problems.add("text", "no hexadecimal digits: " + payload.getText(), "or use binary");
      return null;
    }
  }
}
