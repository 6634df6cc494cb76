package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * {@code envoy.tracers.opentelemetry}: W3C headers, spans by OTLP over gRPC or HTTP.
 *
 * @param path of the collector; that of its gRPC method, unless it is asked by HTTP
 * @param grpc whether requests are framed for gRPC
 * @param resource what all spans say about this process
 */
record OpenTelemetry(
    String cluster,
    String authority,
    String path,
    boolean grpc,
    long timeoutMillis,
    Map<String, String> extraHeaders,
    Map<String, String> resource)
    implements TracerConfig {
  private static final int ENOUGH = 512;

  @Override
  public SpanBatch openBatch(Worker worker) {
    return new SpanBatch(
        worker,
        "tracing.opentelemetry.",
        cluster,
        ENOUGH,
        timeoutMillis,
        this::headers,
        this::encode);
  }

  @Override
  public Span start(HeaderMap headers, Origin origin, RandomGenerator random, long startWallNanos) {
    TraceHeaders.Context context = TraceHeaders.w3c(headers);
    if (context == null) {
      long high = Span.newId(random);
      context = new TraceHeaders.Context(high, Span.newId(random), 0, 0, null, "");
    }
    return new Span(
        context.traceHigh(),
        context.traceLow(),
        Span.newId(random),
        context.span(),
        origin.traced() && !Boolean.FALSE.equals(context.sampled()),
        false,
        context.state(),
        origin.operation(),
        origin.egress(),
        startWallNanos);
  }

  @Override
  public void inject(Span span, HeaderMap headers) {
    TraceHeaders.setW3c(headers, span);
  }

  private HeaderMap headers() {
    var headers = new HeaderMap(256, 8);
    headers.set(HeaderName.METHOD, "POST");
    headers.set(HeaderName.PATH, path);
    headers.set(HeaderName.AUTHORITY, authority);
    headers.set(HeaderName.CONTENT_TYPE, grpc ? "application/grpc" : "application/x-protobuf");
    if (grpc) {
      headers.set("te", "trailers");
    }
    extraHeaders.forEach(headers::set);
    return headers;
  }

  private byte[] encode(List<Span> spans) {
    byte[] message = new OtlpMessage(resource).encode(spans);
    if (!grpc) {
      return message;
    }
    var framed = new ByteArrayOutputStream(message.length + 5);
    framed.write(0);
    for (int shift = 24; shift >= 0; shift -= 8) {
      framed.write(message.length >>> shift);
    }
    framed.writeBytes(message);
    return framed.toByteArray();
  }

  /** The text of a path in a URI, {@code /} when it has none. */
  static String path(String uri) {
    int scheme = uri.indexOf("://");
    int slash = uri.indexOf('/', scheme < 0 ? 0 : scheme + 3);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  /** The host of a URI. */
  static String host(String uri) {
    int scheme = uri.indexOf("://");
    int start = scheme < 0 ? 0 : scheme + 3;
    int slash = uri.indexOf('/', start);
    return slash < 0 ? uri.substring(start) : uri.substring(start, slash);
  }
}
