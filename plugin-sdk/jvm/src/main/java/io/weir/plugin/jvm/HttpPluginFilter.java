package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.plugin.Action;
import io.weir.plugin.Headers;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Log;
import java.nio.charset.StandardCharsets;
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
  private final HttpFilterCallbacks callbacks;
  private @Nullable Object state;
  private boolean bufferingRequest;
  private boolean bufferingResponse;
  private boolean replied;

  HttpPluginFilter(HttpPlugin plugin, PluginCalls calls, HttpFilterCallbacks callbacks) {
    this.plugin = plugin;
    this.calls = calls;
    this.callbacks = callbacks;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    calls.budget().enter();
    try {
      return headersStatus(plugin.onRequestHeaders(this, endStream));
    } catch (Throwable e) {
      return headersStatus(failed("onRequestHeaders", e));
    } finally {
      calls.budget().exit();
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
    calls.budget().enter();
    try {
      Action action = plugin.onRequestBody(this, new SpiBody(body), endStream);
      bufferingRequest = action == Action.PAUSE;
      return dataStatus(action);
    } catch (Throwable e) {
      return dataStatus(failed("onRequestBody", e));
    } finally {
      calls.budget().exit();
    }
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    calls.budget().enter();
    try {
      return trailersStatus(plugin.onRequestTrailers(this));
    } catch (Throwable e) {
      return trailersStatus(failed("onRequestTrailers", e));
    } finally {
      calls.budget().exit();
    }
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (replied) {
      return FilterHeadersStatus.CONTINUE;
    }
    calls.budget().enter();
    try {
      return headersStatus(plugin.onResponseHeaders(this, endStream));
    } catch (Throwable e) {
      return headersStatus(failed("onResponseHeaders", e));
    } finally {
      calls.budget().exit();
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
    calls.budget().enter();
    try {
      Action action = plugin.onResponseBody(this, new SpiBody(body), endStream);
      bufferingResponse = action == Action.PAUSE;
      return dataStatus(action);
    } catch (Throwable e) {
      return dataStatus(failed("onResponseBody", e));
    } finally {
      calls.budget().exit();
    }
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    if (replied) {
      return FilterTrailersStatus.CONTINUE;
    }
    calls.budget().enter();
    try {
      return trailersStatus(plugin.onResponseTrailers(this));
    } catch (Throwable e) {
      return trailersStatus(failed("onResponseTrailers", e));
    } finally {
      calls.budget().exit();
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
    callbacks.continueDecoding();
  }

  @Override
  public void resumeResponse() {
    callbacks.continueEncoding();
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
