package io.weir.proxy.filter.grpcstats;

import io.weir.filter.FilterState;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.proxy.filter.grpc.CallStats;
import io.weir.proxy.filter.grpc.GrpcMessages;
import io.weir.proxy.filter.grpc.GrpcMethod;
import io.weir.proxy.filter.grpc.GrpcResponses;
import io.weir.proxy.http.GrpcReplies;
import org.jspecify.annotations.Nullable;

/** Counts a call and its messages. */
final class GrpcStatsFilter implements HttpFilter {
  private static final String STATE = "envoy.filters.http.grpc_stats";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final HttpFilterCallbacks callbacks;
  private final GrpcStatsFilterFactory.Settings settings;
  private final GrpcMessages requests = new GrpcMessages();
  private final GrpcMessages responses = new GrpcMessages();
  private @Nullable CallStats stats;
  private boolean grpcRequest;
  private boolean grpcResponse;
  private boolean stateSet;

  GrpcStatsFilter(HttpFilterCallbacks callbacks, GrpcStatsFilterFactory.Settings settings) {
    this.callbacks = callbacks;
    this.settings = settings;
  }

  /** The counts as other filters and logs see them. */
  private static final class Counts implements FilterState.Serializable {
    private final GrpcMessages requests;
    private final GrpcMessages responses;

    Counts(GrpcMessages requests, GrpcMessages responses) {
      this.requests = requests;
      this.responses = responses;
    }

    @Override
    public String serializeAsString() {
      return requests.count() + "," + responses.count();
    }

    @Override
    public String serializeAsJson() {
      String request = json("requestMessageCount", requests.count());
      String response = json("responseMessageCount", responses.count());
      return "{" + request + (request.isEmpty() || response.isEmpty() ? "" : ",") + response + "}";
    }

    /** As JSON of a message has it: without numbers that are 0. */
    private static String json(String name, long count) {
      return count == 0 ? "" : "\"" + name + "\":\"" + count + "\"";
    }

    @Override
    public @Nullable Object field(String name) {
      return switch (name) {
        case "request_message_count" -> requests.count();
        case "response_message_count" -> responses.count();
        default -> null;
      };
    }
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    grpcRequest = GrpcReplies.request(headers);
    GrpcMethod method = grpcRequest ? GrpcMethod.of(headers) : null;
    if (method != null) {
      stats = CallStats.of(callbacks, "grpc", settings.named(method), settings.dotless());
    }
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (grpcRequest) {
      count(requests, data, "request_message_count");
    }
    return FilterDataStatus.CONTINUE;
  }

  private void count(GrpcMessages messages, Buffer data, String name) {
    long before = messages.count();
    messages.read(data);
    if (stats != null) {
      stats.add(name, messages.count() - before);
    }
    if (settings.filterState() && !stateSet) {
      stateSet = true;
      callbacks
          .streamInfo()
          .filterState()
          .set(STATE, new Counts(requests, responses), false, LifeSpan.FILTER_CHAIN, false);
    }
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    grpcResponse = GrpcResponses.headers(headers, endStream);
    if (endStream) {
      charge(headers);
    }
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (grpcResponse) {
      count(responses, data, "response_message_count");
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    charge(trailers);
    return FilterTrailersStatus.CONTINUE;
  }

  private void charge(HeaderMap end) {
    if (stats == null) {
      return;
    }
    stats.charge(GrpcResponses.status(end));
    long sent = callbacks.streamInfo().timeOf(TimePoint.UPSTREAM_TX_END);
    if (settings.upstreamTime() && sent > 0) {
      stats.upstreamTime((callbacks.worker().nanoTime() - sent) / NANOS_PER_MILLI);
    }
  }
}
