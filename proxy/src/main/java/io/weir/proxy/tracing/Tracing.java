package io.weir.proxy.tracing;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import org.jspecify.annotations.Nullable;

/** Tracing of one connection manager on one worker. */
public final class Tracing implements AutoCloseable {
  private static final int SERVER_ERROR = 500;

  private final TracingConfig config;
  private final Worker worker;
  private final @Nullable Tracer tracer;

  Tracing(TracingConfig config, Worker worker, @Nullable Tracer tracer) {
    this.config = config;
    this.worker = worker;
    this.tracer = tracer;
  }

  /** Decides whether a request is traced, and marks its id. */
  public TraceReason decide(HeaderMap headers) {
    return config.sampling().decide(headers, worker.random());
  }

  /**
   * Begins a span and tells the next one of it.
   *
   * @param decorated the route's name for the operation, empty for none
   * @return null when spans go nowhere
   */
  public @Nullable Span start(
      HeaderMap headers, TraceReason reason, String decorated, long startWallNanos) {
    String name = decorate(headers, decorated);
    if (tracer == null) {
      return null;
    }
    String authority = headers.get(HeaderName.AUTHORITY);
    Span span =
        tracer.start(
            headers,
            reason != TraceReason.NOT_TRACEABLE,
            config.operation(),
            authority == null ? "" : authority,
            startWallNanos);
    if (!name.isEmpty()) {
      span.setName(name);
    }
    tracer.inject(span, headers);
    return span;
  }

  /** The caller may name what it calls; we tell whom we call. */
  private String decorate(HeaderMap headers, String decorated) {
    if (config.operation().equals("egress")) {
      if (!decorated.isEmpty()) {
        headers.set(HeaderName.X_ENVOY_DECORATOR_OPERATION, decorated);
      }
      return decorated;
    }
    String named = headers.get(HeaderName.X_ENVOY_DECORATOR_OPERATION);
    headers.remove(HeaderName.X_ENVOY_DECORATOR_OPERATION);
    return named == null || named.isEmpty() ? decorated : named;
  }

  /** The request is over: completes its span and hands it on. */
  public void finish(
      Span span,
      @Nullable HeaderMap request,
      @Nullable HeaderMap response,
      @Nullable HeaderMap trailers,
      StreamInfo info) {
    if (tracer == null || !span.sampled) {
      return;
    }
    span.durationNanos = Math.max(0, worker.nanoTime() - info.startNanos());
    var context =
        new FormatContext(request, response, trailers, info, "", AccessLogType.DownstreamEnd);
    tag(span, request, context, info);
    for (CustomTag tag : config.customTags()) {
      tag.apply(span, context);
    }
    tracer.report(span);
  }

  private void tag(Span span, @Nullable HeaderMap request, FormatContext context, StreamInfo info) {
    span.tag("component", "proxy");
    span.tag("node_id", config.node());
    span.tag("zone", config.zone());
    if (request != null) {
      span.tag("guid:x-request-id", request.get("x-request-id"));
      String scheme = request.get(":scheme");
      String path = request.get(":path");
      String shown =
          path == null ? "" : path.substring(0, Math.min(path.length(), config.maxPath()));
      span.tag(
          "http.url",
          (scheme == null ? "http" : scheme) + "://" + request.get(":authority") + shown);
      span.tag("http.method", request.get(":method"));
      String client = request.get("x-envoy-downstream-service-cluster");
      span.tag("downstream_cluster", client == null ? "-" : client);
      String agent = request.get("user-agent");
      span.tag("user_agent", agent == null ? "-" : agent);
      span.tag("guid:x-client-trace-id", request.get("x-client-trace-id"));
    }
    for (Fact fact : Fact.ALL) {
      span.tag(fact.name, fact.format.formatToString(context));
    }
    int code = info.responseCode();
    span.tag("http.status_code", Integer.toString(code));
    if (code == 0 || code >= SERVER_ERROR) {
      span.tag("error", "true");
      span.fail();
    }
  }

  /** A tag that an operator of access logs gives. */
  private record Fact(String name, SubstitutionFormat format) {
    static final Fact[] ALL = {
      of("http.protocol", "%PROTOCOL%"),
      of("peer.address", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"),
      of("request_size", "%BYTES_RECEIVED%"),
      of("response_size", "%BYTES_SENT%"),
      of("response_flags", "%RESPONSE_FLAGS%"),
      of("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
      of("upstream_cluster.name", "%UPSTREAM_CLUSTER%"),
    };

    private static Fact of(String name, String text) {
      SubstitutionFormat format = SubstitutionFormat.compile(text, TracingLoader.NO_PROBLEMS);
      if (format == null) {
        throw new IllegalStateException(text);
      }
      return new Fact(name, format);
    }
  }

  @Override
  public void close() {
    if (tracer != null) {
      tracer.close();
    }
  }
}
