package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

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
  public SpanBatch openBatch(Worker worker) {
    return new SpanBatch(
        worker, "tracing.zipkin.", cluster, ENOUGH, TIMEOUT_MILLIS, this::headers, this::encode);
  }

  @Override
  public Span start(HeaderMap headers, Origin origin, RandomGenerator random, long startWallNanos) {
    boolean joins = sharesSpans && !origin.egress();
    TraceHeaders.Context context = TraceHeaders.b3(headers);
    Boolean asked = context == null ? TraceHeaders.b3Sampled(headers) : context.sampled();
    boolean sampled = asked == null ? origin.traced() : asked;
    if (context == null) {
      long id = Span.newId(random);
      long high = wideIds ? Span.newId(random) : 0;
      return span(high, id, id, 0, sampled, joins, origin, startWallNanos);
    }
    return span(
        context.traceHigh(),
        context.traceLow(),
        joins ? context.span() : Span.newId(random),
        joins ? context.parent() : context.span(),
        sampled,
        joins,
        origin,
        startWallNanos);
  }

  private static Span span(
      long high,
      long low,
      long id,
      long parent,
      boolean sampled,
      boolean shared,
      Origin origin,
      long startWallNanos) {
    return new Span(
        high,
        low,
        id,
        parent,
        sampled,
        shared,
        null,
        origin.authority(),
        origin.egress(),
        startWallNanos);
  }

  @Override
  public void inject(Span span, HeaderMap headers) {
    TraceHeaders.setB3(headers, span);
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
