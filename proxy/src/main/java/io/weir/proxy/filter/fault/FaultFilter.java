package io.weir.proxy.filter.fault;

import io.weir.filter.ResponseFlag;
import io.weir.filter.Timer;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteInfo;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.HeaderMatcher;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Delays, then aborts, then lets go on; the response may be slowed down. */
final class FaultFilter implements HttpFilter {
  private static final HeaderName DELAY = HeaderName.of("x-envoy-fault-delay-request");
  private static final HeaderName DELAY_SHARE =
      HeaderName.of("x-envoy-fault-delay-request-percentage");
  private static final HeaderName ABORT = HeaderName.of("x-envoy-fault-abort-request");
  private static final HeaderName ABORT_GRPC = HeaderName.of("x-envoy-fault-abort-grpc-request");
  private static final HeaderName ABORT_SHARE =
      HeaderName.of("x-envoy-fault-abort-request-percentage");
  private static final HeaderName THROUGHPUT = HeaderName.of("x-envoy-fault-throughput-response");
  private static final HeaderName THROUGHPUT_SHARE =
      HeaderName.of("x-envoy-fault-throughput-response-percentage");
  private static final HeaderName DOWNSTREAM_CLUSTER =
      HeaderName.of("x-envoy-downstream-service-cluster");
  private static final HeaderName DOWNSTREAM_NODE =
      HeaderName.of("x-envoy-downstream-service-node");
  private static final byte[] BODY = "fault filter abort".getBytes(StandardCharsets.UTF_8);

  private final HttpFilterCallbacks callbacks;
  private final FaultStats stats;
  private FaultSettings settings;
  private @Nullable HeaderMap request;
  private @Nullable Timer delay;
  private @Nullable ResponseThrottle throttle;
  private int begun;

  FaultFilter(HttpFilterCallbacks callbacks, FaultSettings configured, FaultStats stats) {
    this.callbacks = callbacks;
    this.settings = configured;
    this.stats = stats;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    if (callbacks.routeConfig() instanceof FaultSettings route) {
      settings = route;
    }
    if (!concerns(headers)) {
      return FilterHeadersStatus.CONTINUE;
    }
    request = headers;
    setUpThrottle(headers);
    long millis = delayMillis(headers);
    if (millis > 0 && begin()) {
      callbacks.streamInfo().setResponseFlag(ResponseFlag.DELAY_INJECTED);
      tell();
      stats.delays.inc();
      count("delays_injected");
      Timer timer = callbacks.worker().newTimer(this::afterDelay);
      delay = timer;
      timer.arm(millis);
      return FilterHeadersStatus.STOP_ITERATION;
    }
    return abort(headers) ? FilterHeadersStatus.STOP_ITERATION : FilterHeadersStatus.CONTINUE;
  }

  /** Leaves a trace of the fault in the metadata, an empty one if nothing is configured. */
  private void tell() {
    Value.MapValue metadata = settings.metadata();
    callbacks
        .streamInfo()
        .dynamicMetadata()
        .merge(callbacks.filterConfigName(), metadata == null ? Value.MapValue.EMPTY : metadata);
  }

  private boolean concerns(HeaderMap headers) {
    if (!settings.upstreamCluster().isEmpty()) {
      RouteInfo route = callbacks.route();
      if (route == null || !settings.upstreamCluster().equals(route.clusterName())) {
        return false;
      }
    }
    if (!settings.downstreamNodes().isEmpty()) {
      String node = headers.get(DOWNSTREAM_NODE);
      if (node == null || !settings.downstreamNodes().contains(node)) {
        return false;
      }
    }
    return HeaderMatcher.matchesAll(settings.headers(), headers);
  }

  private void afterDelay() {
    delay = null;
    finish();
    HeaderMap headers = request;
    if (headers != null && !abort(headers)) {
      callbacks.continueDecoding();
    }
  }

  private long delayMillis(HeaderMap headers) {
    FaultSettings.Delay config = settings.delay();
    if (config == null) {
      return 0;
    }
    long millis = config.millis();
    RuntimeFraction share = config.share();
    if (millis < 0) {
      millis = number(headers, DELAY);
      share = capped(share, headers, DELAY_SHARE);
    } else {
      millis = settings.runtime().integer(config.durationKey(), millis);
    }
    return millis > 0 && share.hits(random()) ? millis : 0;
  }

  private boolean abort(HeaderMap headers) {
    FaultSettings.Abort config = settings.abort();
    if (config == null) {
      return false;
    }
    long http = config.httpStatus();
    long grpc = config.grpcStatus();
    RuntimeFraction share = config.share();
    if (config.byHeader()) {
      http = number(headers, ABORT);
      http = http >= 200 && http < 600 ? http : -1;
      grpc = http < 0 ? number(headers, ABORT_GRPC) : -1;
      share = capped(share, headers, ABORT_SHARE);
    } else if (http >= 0) {
      http = settings.runtime().integer(config.httpKey(), http);
    } else {
      grpc = settings.runtime().integer(config.grpcKey(), grpc);
    }
    if (http < 0 && grpc < 0 || !share.hits(random()) || !begin()) {
      return false;
    }
    callbacks.streamInfo().setResponseFlag(ResponseFlag.FAULT_INJECTED);
    tell();
    stats.aborts.inc();
    count("aborts_injected");
    finish();
    callbacks.sendLocalReply(
        new LocalReply(
            http < 0 ? 200 : (int) http,
            BODY,
            null,
            grpc < 0 ? null : (int) grpc,
            "fault_filter_abort"));
    return true;
  }

  private void setUpThrottle(HeaderMap headers) {
    FaultSettings.Limit config = settings.limit();
    if (config == null) {
      return;
    }
    long rate = config.kibPerSecond();
    RuntimeFraction share = config.share();
    if (rate < 0) {
      rate = number(headers, THROUGHPUT);
      share = capped(share, headers, THROUGHPUT_SHARE);
    }
    if (rate > 0 && share.hits(random()) && begin()) {
      stats.limited.inc();
      throttle = new ResponseThrottle(callbacks, rate);
    }
  }

  // A value in a request counts up to what the configuration allows.
  private static RuntimeFraction capped(RuntimeFraction share, HeaderMap headers, HeaderName name) {
    long wanted = number(headers, name);
    return wanted < 0 || wanted >= share.numerator()
        ? share
        : new RuntimeFraction(share.runtime(), share.key(), wanted, share.denominator());
  }

  private static long number(HeaderMap headers, HeaderName name) {
    int entry = headers.find(name);
    return entry < 0 ? -1 : headers.valueAsLong(entry);
  }

  private long random() {
    return callbacks.worker().random().nextLong();
  }

  private boolean begin() {
    if (!settings.tryBegin()) {
      stats.overflow.inc();
      return false;
    }
    begun++;
    stats.active.inc();
    return true;
  }

  private void finish() {
    if (begun > 0) {
      begun--;
      settings.end();
      stats.active.dec();
    }
  }

  private void count(String what) {
    HeaderMap headers = request;
    String cluster =
        headers == null || !settings.clusterStats() ? null : headers.get(DOWNSTREAM_CLUSTER);
    if (cluster != null && !cluster.isEmpty()) {
      stats.countFor(cluster, what);
    }
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return delay == null
        ? FilterDataStatus.CONTINUE
        : FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return delay == null ? FilterTrailersStatus.CONTINUE : FilterTrailersStatus.STOP_ITERATION;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (throttle == null) {
      return FilterDataStatus.CONTINUE;
    }
    throttle.write(data, endStream);
    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return throttle == null || throttle.writeTrailers()
        ? FilterTrailersStatus.CONTINUE
        : FilterTrailersStatus.STOP_ITERATION;
  }

  @Override
  public void onDestroy() {
    if (delay != null) {
      delay.cancel();
    }
    if (throttle != null) {
      throttle.close();
    }
    while (begun > 0) {
      finish();
    }
  }
}
