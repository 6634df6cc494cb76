package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * {@code envoy.tracers.zipkin}: B3 headers, spans as JSON of version 2.
 *
 * @param service what the spans say who we are: the node's cluster
 */
record Zipkin(
    String cluster,
    String endpoint,
    String hostname,
    boolean wideIds,
    boolean sharesSpans,
    String service)
    implements TracerConfig {
  private static final String LOCAL = InetAddress.getLoopbackAddress().getHostAddress();
  private static final int ENOUGH = 5;
  private static final long TIMEOUT_MILLIS = 5000;

  @Override
  public Tracer openWorker(Worker worker) {
    return new ZipkinTracer(worker);
  }

  private final class ZipkinTracer implements Tracer {
    private final Worker worker;
    private final SpanBatch batch;

    ZipkinTracer(Worker worker) {
      this.worker = worker;
      this.batch =
          new SpanBatch(
              worker,
              "tracing.zipkin.",
              cluster,
              ENOUGH,
              TIMEOUT_MILLIS,
              Zipkin.this::headers,
              Zipkin.this::encode);
    }

    @Override
    public Span start(
        HeaderMap headers,
        boolean traced,
        String operation,
        String authority,
        long startWallNanos) {
      boolean egress = operation.equals("egress");
      TraceHeaders.Context context = TraceHeaders.b3(headers);
      Boolean asked = context == null ? TraceHeaders.b3Sampled(headers) : context.sampled();
      boolean sampled = asked == null ? traced : asked;
      if (context == null) {
        long id = worker.random().nextLong() | 1;
        long high = wideIds ? worker.random().nextLong() | 1 : 0;
        return new Span(
            high,
            id,
            id,
            0,
            sampled,
            sharesSpans && !egress,
            null,
            authority,
            egress,
            startWallNanos);
      }
      boolean joins = sharesSpans && !egress;
      return new Span(
          context.traceHigh(),
          context.traceLow(),
          joins ? context.span() : worker.random().nextLong() | 1,
          joins ? context.parent() : context.span(),
          sampled,
          joins,
          null,
          authority,
          egress,
          startWallNanos);
    }

    @Override
    public void inject(Span span, HeaderMap headers) {
      TraceHeaders.setB3(headers, span);
    }

    @Override
    public void report(Span span) {
      if (span.sampled) {
        batch.add(span);
      }
    }

    @Override
    public void close() {
      batch.flush();
    }
  }

  private HeaderMap headers() {
    var headers = new HeaderMap(256, 6);
    headers.set(HeaderName.METHOD, "POST");
    headers.set(HeaderName.PATH, endpoint);
    headers.set(HeaderName.AUTHORITY, hostname);
    headers.set(HeaderName.CONTENT_TYPE, "application/json");
    return headers;
  }

  private byte[] encode(List<Span> spans) {
    var json = new StringBuilder("[");
    for (Span span : spans) {
      json.append(json.length() == 1 ? "{" : ",{");
      text(json, "traceId", span.traceId()).append(',');
      text(json, "id", span.spanId()).append(',');
      if (span.parent != 0) {
        text(json, "parentId", Span.hex(span.parent)).append(',');
      }
      text(json, "name", span.name).append(',');
      text(json, "kind", span.egress ? "CLIENT" : "SERVER");
      json.append(",\"timestamp\":").append(span.startWallNanos / 1000);
      json.append(",\"duration\":").append(span.durationNanos / 1000);
      if (span.shared) {
        json.append(",\"shared\":true");
      }
      json.append(",\"localEndpoint\":{");
      text(json, "serviceName", service).append(",");
      text(json, "ipv4", LOCAL).append(",\"port\":0},\"annotations\":[{\"timestamp\":");
      json.append((span.startWallNanos + span.durationNanos) / 1000).append(',');
      text(json, "value", span.egress ? "cr" : "ss").append("}],\"tags\":{");
      boolean first = true;
      for (Map.Entry<String, String> tag : span.tags.entrySet()) {
        if (!first) {
          json.append(',');
        }
        first = false;
        text(json, tag.getKey(), tag.getValue());
      }
      json.append("}}");
    }
    return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static StringBuilder text(StringBuilder json, String key, String value) {
    quote(json, key);
    json.append(':');
    quote(json, value);
    return json;
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00").append(Character.forDigit(c >> 4, 16));
        json.append(Character.forDigit(c & 15, 16));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
