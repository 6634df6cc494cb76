package io.weir.proxy.tracing;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import io.weir.proxy.tracing.TracerConfig.Origin;
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
  public TraceReason decide(HeaderMap headers, @Nullable RouteConfig route) {
    Sampling sampling = route instanceof RouteTracing own ? own.sampling() : config.sampling();
    return sampling.decide(headers, worker.random());
  }

  /**
   * Begins a span and tells the next one of it.
   *
   * @param decorated the route's name for the operation, empty for none
   * @return null when spans go nowhere
   */
  public @Nullable Span start(
      HeaderMap headers,
      TraceReason reason,
      String decorated,
      @Nullable RouteConfig route,
      long startWallNanos) {
    String name = decorate(headers, decorated);
    if (tracer == null) {
      return null;
    }
    String authority = headers.get(HeaderName.AUTHORITY);
    Span span =
        tracer.start(
            headers,
            new Origin(
                reason != TraceReason.NOT_TRACEABLE,
                config.operation(),
                config.operation().equals("egress") && !config.spawnsUpstream(),
                authority == null ? "" : authority),
            startWallNanos);
    span.tracing = config.spawnsUpstream() ? this : null;
    span.route = route instanceof RouteTracing own ? own : null;
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
    if (span.route != null) {
      for (CustomTag tag : span.route.customTags()) {
        tag.apply(span, context);
      }
    }
    tracer.report(span);
  }

  @Nullable UpstreamSpan spawn(Span parent, String cluster, int attempt, long startWallNanos) {
    if (tracer == null) {
      return null;
    }
    Span span = tracer.child(parent, "router " + cluster + " egress", startWallNanos);
    if (attempt > 1) {
      span.tag("retry.count", Integer.toString(attempt - 1));
    }
    return new UpstreamSpan(this, span, worker.nanoTime());
  }

  void inject(Span span, HeaderMap headers) {
    if (tracer != null) {
      tracer.inject(span, headers);
    }
  }

  /** A try upstream is over. */
  void finish(Span span, long startNanos, int code, StreamInfo info) {
    if (tracer == null || !span.sampled) {
      return;
    }
    span.durationNanos = Math.max(0, worker.nanoTime() - startNanos);
    var context = FormatContext.ofStream(null, null, info);
    span.tag("component", "proxy");
    for (Fact fact : Fact.UPSTREAM) {
      span.tag(fact.name, fact.format.formatToString(context));
    }
    status(span, code);
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
    status(span, info.responseCode());
  }

  private static void status(Span span, int code) {
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

    static final Fact[] UPSTREAM = {
      of("http.protocol", "%UPSTREAM_PROTOCOL%"),
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
