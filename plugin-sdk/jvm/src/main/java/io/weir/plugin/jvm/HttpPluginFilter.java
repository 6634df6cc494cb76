package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.ClusterClient;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Log;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP plugin. Pauses mean what they mean in a wasm host: on headers the whole
 * direction waits, on a body it is collected and shown again as a whole.
 *
 * <p>What leaves a callback is logged and counted; the stream is answered 500.
 */
final class HttpPluginFilter implements HttpFilter, HttpExchange {
  private static final String ERROR_DETAILS = "plugin_error";

  private final HttpPlugin plugin;
  private final PluginCalls calls;
  private final ClusterClient clusters;
  private final HttpFilterCallbacks callbacks;
  private @Nullable List<PluginCall> sent;
  private @Nullable Object state;
  private boolean bufferingRequest;
  private boolean bufferingResponse;
  private boolean replied;
  // A reply to a call may come while the callback that sent it still runs.
  private boolean inCallback;
  private boolean resumed;

  HttpPluginFilter(
      HttpPlugin plugin, PluginCalls calls, ClusterClient clusters, HttpFilterCallbacks callbacks) {
    this.plugin = plugin;
    this.calls = calls;
    this.clusters = clusters;
    this.callbacks = callbacks;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    enter();
    try {
      return headersStatus(settled(plugin.onRequestHeaders(this, endStream)));
    } catch (Throwable e) {
      return headersStatus(failed("onRequestHeaders", e));
    } finally {
      exit();
    }
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    Buffer body = data;
    if (bufferingRequest) {
      callbacks.addDecodedData(data, false);
      Buffer buffered = callbacks.decodingBuffer();
      body = buffered == null ? data : buffered;
    }
    enter();
    try {
      Action action = settled(plugin.onRequestBody(this, new SpiBody(body), endStream));
      bufferingRequest = action == Action.PAUSE;
      return dataStatus(action);
    } catch (Throwable e) {
      return dataStatus(failed("onRequestBody", e));
    } finally {
      exit();
    }
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    enter();
    try {
      return trailersStatus(settled(plugin.onRequestTrailers(this)));
    } catch (Throwable e) {
      return trailersStatus(failed("onRequestTrailers", e));
    } finally {
      exit();
    }
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (replied) {
      return FilterHeadersStatus.CONTINUE;
    }
    enter();
    try {
      return headersStatus(settled(plugin.onResponseHeaders(this, endStream)));
    } catch (Throwable e) {
      return headersStatus(failed("onResponseHeaders", e));
    } finally {
      exit();
    }
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (replied) {
      return FilterDataStatus.CONTINUE;
    }
    Buffer body = data;
    if (bufferingResponse) {
      callbacks.addEncodedData(data, false);
      Buffer buffered = callbacks.encodingBuffer();
      body = buffered == null ? data : buffered;
    }
    enter();
    try {
      Action action = settled(plugin.onResponseBody(this, new SpiBody(body), endStream));
      bufferingResponse = action == Action.PAUSE;
      return dataStatus(action);
    } catch (Throwable e) {
      return dataStatus(failed("onResponseBody", e));
    } finally {
      exit();
    }
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    if (replied) {
      return FilterTrailersStatus.CONTINUE;
    }
    enter();
    try {
      return trailersStatus(settled(plugin.onResponseTrailers(this)));
    } catch (Throwable e) {
      return trailersStatus(failed("onResponseTrailers", e));
    } finally {
      exit();
    }
  }

  @Override
  public void call(Call call, Consumer<CallReply> then) {
    List<PluginCall> all = sent;
    if (all == null) {
      all = new ArrayList<>(1);
      sent = all;
    }
    all.add(PluginCall.send(clusters, call, reply -> replied(then, reply)));
  }

  private void replied(Consumer<CallReply> then, CallReply reply) {
    calls.budget().enter();
    try {
      then.accept(reply);
    } catch (Throwable e) {
      failed("a call's reply", e);
    } finally {
      calls.budget().exit();
    }
  }

  @Override
  public void onDestroy() {
    List<PluginCall> all = sent;
    if (all != null) {
      all.forEach(PluginCall::cancel);
    }
  }

  @Override
  public void onStreamComplete() {
    calls.budget().enter();
    try {
      plugin.onEnd(this);
    } catch (Throwable e) {
      calls.failed("onEnd", e);
    } finally {
      calls.budget().exit();
    }
  }

  private void enter() {
    inCallback = true;
    resumed = false;
    calls.budget().enter();
  }

  private void exit() {
    calls.budget().exit();
    inCallback = false;
  }

  /** A pause that ended before the callback did is none. */
  private Action settled(Action action) {
    return action == Action.PAUSE && resumed && !replied ? Action.CONTINUE : action;
  }

  private Action failed(String callback, Throwable error) {
    calls.failed(callback, error);
    if (!replied) {
      replied = true;
      callbacks.sendLocalReply(LocalReply.of(500, "", ERROR_DETAILS));
    }
    return Action.PAUSE;
  }

  private static FilterHeadersStatus headersStatus(Action action) {
    return action == Action.CONTINUE
        ? FilterHeadersStatus.CONTINUE
        : FilterHeadersStatus.STOP_ALL_ITERATION_AND_WATERMARK;
  }

  private FilterDataStatus dataStatus(Action action) {
    if (replied) {
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    return action == Action.CONTINUE
        ? FilterDataStatus.CONTINUE
        : FilterDataStatus.STOP_ITERATION_AND_BUFFER;
  }

  private static FilterTrailersStatus trailersStatus(Action action) {
    return action == Action.CONTINUE
        ? FilterTrailersStatus.CONTINUE
        : FilterTrailersStatus.STOP_ITERATION;
  }

  // ---- what the plugin sees

  @Override
  public Headers requestHeaders() {
    return new SpiHeaders(callbacks::requestHeaders);
  }

  @Override
  public Headers requestTrailers() {
    return new SpiHeaders(callbacks::requestTrailers);
  }

  @Override
  public Headers responseHeaders() {
    return new SpiHeaders(callbacks::responseHeaders);
  }

  @Override
  public Headers responseTrailers() {
    return new SpiHeaders(callbacks::responseTrailers);
  }

  @Override
  public Action reply(int status, String body, String... headers) {
    if (headers.length % 2 != 0) {
      throw new IllegalArgumentException("headers must be names and values in turns");
    }
    replied = true;
    callbacks.sendLocalReply(
        new LocalReply(
            status,
            body.getBytes(StandardCharsets.UTF_8),
            map -> {
              for (int i = 0; i < headers.length; i += 2) {
                map.add(headers[i], headers[i + 1]);
              }
            },
            null,
            "plugin_reply"));
    return Action.PAUSE;
  }

  @Override
  public void resumeRequest() {
    if (inCallback) {
      resumed = true;
    } else {
      callbacks.continueDecoding();
    }
  }

  @Override
  public void resumeResponse() {
    if (inCallback) {
      resumed = true;
    } else {
      callbacks.continueEncoding();
    }
  }

  @Override
  public @Nullable String attribute(String... path) {
    return Attributes.get(callbacks.streamInfo(), callbacks.streamInfo().connection(), path);
  }

  @Override
  public @Nullable Object state() {
    return state;
  }

  @Override
  public void setState(@Nullable Object state) {
    this.state = state;
  }

  @Override
  public Log log() {
    return calls.log();
  }
}
