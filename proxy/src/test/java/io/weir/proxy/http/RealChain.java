package io.weir.proxy.http;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.LocalReplyStatus;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.http.FilterScript.Action;
import io.weir.proxy.http.FilterScript.Kind;
import io.weir.proxy.http.codec.CodecWorker;
import io.weir.proxy.route.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filter manager with scripted filters. */
final class RealChain implements ChainUnderTest, StreamHost {
  private final CodecWorker worker = new CodecWorker();
  private final FakeStreamInfo info = new FakeStreamInfo();
  private final List<String> log = new ArrayList<>();
  private final FilterManager manager = new FilterManager(this);
  private final ActiveFilter[] filters;
  private final List<NettyBuffer> handed = new ArrayList<>();
  private boolean ended;

  RealChain(FilterScript script, int n, int limit) {
    filters = new ActiveFilter[n];
    for (int i = 0; i < n; i++) {
      filters[i] = new ActiveFilter(manager, "f" + i, i, n, null);
      filters[i].install(new Scripted(script, i, i == n - 1));
    }
    manager.setBufferLimit(limit);
    manager.start(filters);
  }

  private final class Scripted implements HttpFilter {
    private final FilterScript script;
    private final int id;
    private final boolean terminal;
    private final int[] decodeCalls = new int[Kind.values().length];
    private final int[] encodeCalls = new int[Kind.values().length];

    Scripted(FilterScript script, int id, boolean terminal) {
      this.script = script;
      this.id = id;
      this.terminal = terminal;
    }

    private Action call(boolean decode, Kind kind, @Nullable Buffer data, boolean end) {
      log.add(
          id
              + (decode ? " decode " : " encode ")
              + kind
              + " "
              + (data == null ? "" : data.toText())
              + (end && kind != Kind.TRAILERS ? " end" : ""));
      if (terminal && decode) {
        if (data != null) {
          data.clear();
        }
        return new Action(FilterScript.Verdict.NO_BUFFER, null, false, false, "", true, 0, false);
      }
      int[] calls = decode ? decodeCalls : encodeCalls;
      Action action = script.action(id, decode, kind, calls[kind.ordinal()]++, end);
      if (action.add() != null) {
        add(id, decode, action.add(), action.addStreaming());
      }
      MessageFlow flow = decode ? manager.request : manager.response;
      if (action.addTrailers() && end && flow.trailers == null && !flow.over()) {
        (decode ? filters[id].addDecodedTrailers() : filters[id].addEncodedTrailers())
            .add("t", "1");
      }
      if (action.reply() != 0) {
        reply(id, action.reply());
      }
      if (action.reset()) {
        reset(id);
      }
      if (data != null) {
        if (action.clear()) {
          data.clear();
        }
        data.append(action.suffix());
      }
      return action;
    }

    private FilterHeadersStatus headers(boolean decode, boolean end) {
      return switch (call(decode, Kind.HEADERS, null, end).verdict()) {
        case STOP, NO_BUFFER -> FilterHeadersStatus.STOP_ITERATION;
        case STOP_ALL -> FilterHeadersStatus.STOP_ALL_ITERATION_AND_BUFFER;
        case STOP_ALL_STREAMING -> FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
        case DONT_END -> FilterHeadersStatus.CONTINUE_AND_DONT_END_STREAM;
        default -> FilterHeadersStatus.CONTINUE;
      };
    }

    private FilterDataStatus data(boolean decode, Buffer data, boolean end) {
      return switch (call(decode, Kind.DATA, data, end).verdict()) {
        case BUFFER -> FilterDataStatus.STOP_ITERATION_AND_BUFFER;
        case STREAM -> FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
        case NO_BUFFER -> FilterDataStatus.STOP_ITERATION_NO_BUFFER;
        default -> FilterDataStatus.CONTINUE;
      };
    }

    private FilterTrailersStatus trailers(boolean decode) {
      return switch (call(decode, Kind.TRAILERS, null, true).verdict()) {
        case GO -> FilterTrailersStatus.CONTINUE;
        default -> FilterTrailersStatus.STOP_ITERATION;
      };
    }

    @Override
    public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
      return headers(true, endStream);
    }

    @Override
    public FilterDataStatus decodeData(Buffer data, boolean endStream) {
      return data(true, data, endStream);
    }

    @Override
    public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
      return trailers(true);
    }

    @Override
    public void decodeComplete() {
      log.add(id + " decode complete");
    }

    @Override
    public FilterHeadersStatus encode1xxHeaders(HeaderMap headers) {
      return call(false, Kind.INFORMATIONAL, null, false).verdict() == FilterScript.Verdict.STOP
          ? FilterHeadersStatus.STOP_ITERATION
          : FilterHeadersStatus.CONTINUE;
    }

    @Override
    public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
      return headers(false, endStream);
    }

    @Override
    public FilterDataStatus encodeData(Buffer data, boolean endStream) {
      return data(false, data, endStream);
    }

    @Override
    public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
      return trailers(false);
    }

    @Override
    public void encodeComplete() {
      log.add(id + " encode complete");
    }

    @Override
    public LocalReplyStatus onLocalReply(LocalReply reply) {
      log.add(id + " local reply " + reply.code());
      if (terminal) {
        return LocalReplyStatus.CONTINUE;
      }
      int ordinal = decodeCalls[Kind.LOCAL_REPLY.ordinal()]++;
      return script.action(id, true, Kind.LOCAL_REPLY, ordinal, false).verdict()
              == FilterScript.Verdict.STOP
          ? LocalReplyStatus.CONTINUE_AND_RESET_STREAM
          : LocalReplyStatus.CONTINUE;
    }

    @Override
    public void onStreamComplete() {
      log.add(id + " stream complete");
    }

    @Override
    public void onDestroy() {
      log.add(id + " destroy");
    }
  }

  /** Whether every buffer that went through the chain was taken or released. */
  boolean leaks() {
    boolean leak = false;
    for (NettyBuffer each : handed) {
      leak |= each.length() > 0;
      each.release();
    }
    return leak;
  }

  private NettyBuffer buffer(String text) {
    NettyBuffer buffer = worker.buffer(text);
    handed.add(buffer);
    return buffer;
  }

  // ---- the host

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public StreamInfo streamInfo() {
    return info;
  }

  @Override
  public long streamId() {
    return 1;
  }

  @Override
  public boolean upstream() {
    return false;
  }

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    log.add("wire informational");
  }

  @Override
  public boolean proxyInformational() {
    return true;
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream) {
    wire("headers", endStream);
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    String text = data.toText();
    data.clear();
    wire("data " + text, endStream);
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    wire("trailers", true);
  }

  private void wire(String what, boolean end) {
    log.add("wire " + what + (end ? " end" : ""));
    if (end) {
      finish();
    }
  }

  private void finish() {
    if (!ended) {
      ended = true;
      manager.completeFilters();
      manager.destroyFilters();
    }
  }

  @Override
  public void resetStream(StreamResetReason reason, String details) {
    if (!ended) {
      log.add("wire reset");
      finish();
    }
  }

  @Override
  public void slowRequest(boolean slow) {
    log.add("slow request " + slow);
  }

  @Override
  public void slowResponse(boolean slow) {
    log.add("slow response " + slow);
  }

  @Override
  public void ensureChain() {}

  @Override
  public PreparedReply prepare(LocalReply reply) {
    var headers = new HeaderMap();
    headers.add(HeaderName.STATUS, Integer.toString(reply.code()));
    return new PreparedReply(headers, worker.buffer("reply"));
  }

  @Override
  public void drainConnectionOnCompletion() {}

  @Override
  public boolean recreateStream(@Nullable HeaderMap response) {
    return false;
  }

  @Override
  public @Nullable Route route() {
    return null;
  }

  @Override
  public void clearRouteCache() {}

  // ---- the driver's side

  @Override
  public List<String> log() {
    return log;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public void requestHeaders(boolean end) {
    manager.decodeHeaders(new HeaderMap(), end);
  }

  @Override
  public void requestData(String data, boolean end) {
    NettyBuffer buffer = worker.buffer(data);
    manager.decodeData(buffer, end);
    buffer.release();
  }

  @Override
  public void requestTrailers() {
    manager.decodeTrailers(new HeaderMap());
  }

  @Override
  public void informational() {
    manager.encode1xxHeaders(new HeaderMap());
  }

  @Override
  public void responseHeaders(boolean end) {
    var headers = new HeaderMap();
    headers.add(HeaderName.STATUS, "200");
    manager.encodeHeaders(headers, end);
  }

  @Override
  public void responseData(String data, boolean end) {
    NettyBuffer buffer = worker.buffer(data);
    manager.encodeData(buffer, end);
    buffer.release();
  }

  @Override
  public void responseTrailers() {
    manager.encodeTrailers(new HeaderMap());
  }

  @Override
  public boolean stopped(int filter, boolean decode) {
    return !ended
        && (decode
            ? manager.request.stopped(filter)
            : manager.response.stopped(filters.length - 1 - filter));
  }

  @Override
  public void resume(int filter, boolean decode) {
    if (decode) {
      filters[filter].continueDecoding();
    } else {
      filters[filter].continueEncoding();
    }
  }

  @Override
  public void add(int filter, boolean decode, String data, boolean streaming) {
    NettyBuffer buffer = buffer(data);
    if (decode) {
      filters[filter].addDecodedData(buffer, streaming);
    } else {
      filters[filter].addEncodedData(buffer, streaming);
    }
    buffer.release();
  }

  @Override
  public void inject(int filter, boolean decode, String data, boolean end) {
    NettyBuffer buffer = buffer(data);
    if (decode) {
      filters[filter].injectDecodedData(buffer, end);
    } else {
      filters[filter].injectEncodedData(buffer, end);
    }
    buffer.release();
  }

  @Override
  public void reply(int filter, int code) {
    filters[filter].sendLocalReply(LocalReply.of(code, "reply", "test"));
  }

  @Override
  public void reset(int filter) {
    filters[filter].resetStream(StreamResetReason.LOCAL_RESET, "");
  }

  @Override
  public void disconnect() {
    finish();
  }
}
