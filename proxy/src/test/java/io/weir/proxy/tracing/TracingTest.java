package io.weir.proxy.tracing;

import static io.weir.proxy.LiveProxy.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.weir.proxy.LiveProxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a request tells the next one, and what reaches a collector; the answers show the request.
 */
class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String ZIPKIN =
      "provider: {name: z, typed_config: {\"@type\":"
          + " type.googleapis.com/envoy.config.trace.v3.ZipkinConfig, collector_cluster: coll,"
          + " collector_endpoint: /api/v2/spans, collector_endpoint_version: HTTP_JSON}}";
  private static final String OTEL =
      "provider: {name: o, typed_config: {\"@type\":"
          + " type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig, service_name: s,"
          + " http_service: {http_uri: {uri: http://c/v1/traces, cluster: coll, timeout: 1s}}}}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // tracing | request | mark of the request id
        "random_sampling: {value: 0} | | 4",
        "random_sampling: {value: 100} | | 9",
        "{} | | 9",
        "random_sampling: {value: 0} | x-client-trace-id: c | b",
        "client_sampling: {value: 0}, random_sampling: {value: 0} | x-client-trace-id: c | 4",
        "overall_sampling: {value: 0} | x-client-trace-id: c | 4",
        "random_sampling: {value: 0} | x-request-id: a4d7e9b0-1111-9222-8333-444444444444 | 9",
        "{} | x-request-id: a4d7e9b0-1111-4222-8333-444444444444 | 9",
      })
  void theRequestIdTellsTheDecision(String tracing, String header, String mark) throws Exception {
    String settings = tracing.equals("{}") ? "" : tracing;
    try (var proxy = LiveProxy.start(folder, bootstrap(settings, "INBOUND", 1))) {
      assertThat(shown(get(proxy, header), "x-request-id").charAt(14)).isEqualTo(mark.charAt(0));
    }
  }

  @Test
  void w3cContextsAreContinued() throws Exception {
    try (var proxy = LiveProxy.start(folder, bootstrap(OTEL, "INBOUND", 1))) {
      String answer =
          get(proxy, "traceparent: 00-" + TRACE + "-" + PARENT + "-01\r\ntracestate: a=b");
      assertThat(shown(answer, "traceparent"))
          .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
          .doesNotContain(PARENT);
      assertThat(shown(answer, "tracestate")).isEqualTo("a=b");
      assertThat(
              shown(get(proxy, "traceparent: 00-" + TRACE + "-" + PARENT + "-00"), "traceparent"))
          .endsWith("-00");
      assertThat(shown(get(proxy, null), "traceparent"))
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
          .doesNotContain(TRACE);
    }
  }

  @Test
  void b3ContextsAreShared() throws Exception {
    String b3 =
        "x-b3-traceid: 463ac35c9f6413ad\r\nx-b3-spanid: a2fb4a1d1a96d312\r\nx-b3-sampled: 1";
    try (var proxy = LiveProxy.start(folder, bootstrap(ZIPKIN, "INBOUND", 1))) {
      String answer = get(proxy, b3);
      assertThat(shown(answer, "x-b3-traceid")).isEqualTo("463ac35c9f6413ad");
      assertThat(shown(answer, "x-b3-spanid")).isEqualTo("a2fb4a1d1a96d312");
      assertThat(shown(get(proxy, "b3: 463ac35c9f6413ad-a2fb4a1d1a96d312-1"), "b3"))
          .isEqualTo("463ac35c9f6413ad-a2fb4a1d1a96d312-1");
      assertThat(shown(get(proxy, "x-b3-sampled: 0"), "x-b3-sampled")).isEqualTo("0");
    }
  }

  @Test
  void anOutboundSpanIsAChild() throws Exception {
    String b3 =
        "x-b3-traceid: 463ac35c9f6413ad\r\nx-b3-spanid: a2fb4a1d1a96d312\r\nx-b3-sampled: 1";
    try (var proxy = LiveProxy.start(folder, bootstrap(ZIPKIN, "OUTBOUND", 1))) {
      String answer = get(proxy, b3);
      assertThat(shown(answer, "x-b3-parentspanid")).isEqualTo("a2fb4a1d1a96d312");
      assertThat(shown(answer, "x-b3-spanid")).isNotEqualTo("a2fb4a1d1a96d312");
    }
  }

  @Test
  void spansReachTheCollector() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/api/v2/spans",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    collector.start();
    String tags = ", custom_tags: [{tag: who, request_header: {name: x-who, default_value: none}}]";
    int port = collector.getAddress().getPort();
    try (var proxy = LiveProxy.start(folder, bootstrap(ZIPKIN + tags, "INBOUND", port))) {
      for (int i = 0; i < 5; i++) {
        get(proxy, i == 0 ? "x-who: \"me\"" : null);
      }
      await("five spans", () -> !bodies.isEmpty());
      assertThat(bodies.getFirst())
          .contains("\"who\":\"\\\"me\\\"\"", "\"who\":\"none\"", "\"kind\":\"SERVER\"")
          .contains("\"name\":\"op\"", "\"http.status_code\":\"200\"", "\"component\":\"proxy\"");
    } finally {
      collector.stop(0);
    }
  }

  /** {@code spawn_upstream_span}: the upstream is told of the try's span, the request's child. */
  @Test
  void triesHaveSpansOfTheirOwn() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    List<String> told = new CopyOnWriteArrayList<>();
    HttpServer peer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    peer.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          if (exchange.getRequestURI().getPath().equals("/")) {
            told.add(exchange.getRequestHeaders().getFirst("x-b3-spanid"));
          } else {
            bodies.add(body);
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    peer.start();
    String config =
        bootstrap(ZIPKIN + ", spawn_upstream_span: true", "OUTBOUND", peer.getAddress().getPort())
            .replace("direct_response: {status: 200}", "route: {cluster: coll}");
    try (var proxy = LiveProxy.start(folder, config)) {
      for (int i = 0; i < 3; i++) {
        get(proxy, null);
      }
      await("five spans", () -> !bodies.isEmpty());
      assertThat(bodies.getFirst())
          .contains(
              "\"id\":\"" + told.getFirst() + "\"",
              "\"name\":\"router coll egress\",\"kind\":\"CLIENT\"",
              "\"name\":\"op\",\"kind\":\"SERVER\"",
              "\"upstream_address\":\"127.0.0.1:" + peer.getAddress().getPort() + "\"");
    } finally {
      peer.stop(0);
    }
  }

  /** A route's {@code tracing} stands in for the connection manager's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "random_sampling: {numerator: 0} | 100 | 4",
        "random_sampling: {numerator: 1000000, denominator: MILLION} | 0 | 9",
        "overall_sampling: {numerator: 0} | 100 | 4",
        "client_sampling: {numerator: 0} | 0 | 9",
      })
  void aRouteMayDecide(String own, String general, String mark) throws Exception {
    String config =
        bootstrap("random_sampling: {value: " + general + "}", "INBOUND", 1)
            .replace("decorator: {", "tracing: {" + own + "}, decorator: {");
    try (var proxy = LiveProxy.start(folder, config)) {
      assertThat(shown(get(proxy, null), "x-request-id").charAt(14)).isEqualTo(mark.charAt(0));
    }
  }

  @Test
  void otlpMessagesAreWhatTheProtocolSays() throws Exception {
    var span = new Span(1, 2, 3, 4, true, false, "a=b", "op", true, 1_000);
    span.durationNanos = 500;
    span.tag("k", "v");
    span.fail();
    var request =
        ExportTraceServiceRequest.parseFrom(
            new OtlpMessage(Map.of("service.name", "s")).encode(List.of(span)));
    assertThat(request.getResourceSpans(0).getResource().getAttributes(0).getValue())
        .extracting(value -> value.getStringValue())
        .isEqualTo("s");
    var decoded = request.getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(decoded.getTraceId().toByteArray()).endsWith(2).hasSize(16).contains(1);
    assertThat(decoded.getSpanId().toByteArray()).endsWith(3).hasSize(8);
    assertThat(decoded.getParentSpanId().toByteArray()).endsWith(4);
    assertThat(decoded.getTraceState()).isEqualTo("a=b");
    assertThat(decoded.getName()).isEqualTo("op");
    assertThat(decoded.getKindValue()).isEqualTo(3);
    assertThat(decoded.getStartTimeUnixNano()).isEqualTo(1_000);
    assertThat(decoded.getEndTimeUnixNano()).isEqualTo(1_500);
    assertThat(decoded.getAttributes(0).getKey()).isEqualTo("k");
    assertThat(decoded.getAttributes(0).getValue().getStringValue()).isEqualTo("v");
    assertThat(decoded.getStatus().getCodeValue()).isEqualTo(2);
  }

  private static String shown(String answer, String header) {
    String start = "r-" + header + ": ";
    return answer
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst()
        .orElse("");
  }

  private static String get(LiveProxy proxy, String header) throws Exception {
    try (Socket socket = proxy.connect("l")) {
      String more = header == null ? "" : header + "\r\n";
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nhost: a\r\n" + more + "connection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String bootstrap(String tracing, String direction, int collector) {
    var echoes = new StringBuilder();
    for (String name :
        List.of(
            "x-request-id",
            "traceparent",
            "tracestate",
            "b3",
            "x-b3-traceid",
            "x-b3-spanid",
            "x-b3-parentspanid",
            "x-b3-sampled")) {
      echoes.append("{header: {key: r-" + name + ", value: \"%REQ(" + name + ")%\"}},");
    }
    return """
        static_resources:
          listeners:
          - name: l
            traffic_direction: %s
            address: {socket_address: {address: 127.0.0.1, port_value: 0}}
            filter_chains: [{filters: [{name: h, typed_config: {
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
              stat_prefix: s, tracing: {%s},
              http_filters: [{name: envoy.filters.http.router, typed_config: {
                "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}],
              route_config: {response_headers_to_add: [%s], virtual_hosts: [{name: v, domains: ["*"],
                routes: [{match: {prefix: /}, decorator: {operation: op}, direct_response: {status: 200}}]}]}}}]}]
          clusters:
          - name: coll
            connect_timeout: 2s
            load_assignment: {cluster_name: coll, endpoints: [{lb_endpoints: [{endpoint:
              {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]}
        """
        .formatted(direction, tracing, echoes, collector);
  }
}
