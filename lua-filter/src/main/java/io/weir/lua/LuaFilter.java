package io.weir.lua;

import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.lua.engine.LuaFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lua filter of one stream: a script run for each direction that has a handler. */
final class LuaFilter implements HttpFilter {
  private static final Logger LOG = LoggerFactory.getLogger("lua");

  private final LuaFilterWorker worker;
  private final HttpFilterCallbacks callbacks;
  private @Nullable LuaStream request;
  private @Nullable LuaStream response;
  private @Nullable LocalReply reply;
  private boolean destroyed;

  LuaFilter(LuaFilterWorker worker, HttpFilterCallbacks callbacks) {
    this.worker = worker;
    this.callbacks = callbacks;
  }

  LuaFilterWorker worker() {
    return worker;
  }

  HttpFilterCallbacks callbacks() {
    return callbacks;
  }

  private @Nullable LuaRouteConfig routeConfig() {
    return callbacks.routeConfig() instanceof LuaRouteConfig config ? config : null;
  }

  Value.MapValue filterContext() {
    LuaRouteConfig route = routeConfig();
    return route == null ? Value.MapValue.EMPTY : route.filterContext();
  }

  /** A script failed: the stream goes on without scripts in either direction. */
  void scriptFailed(String message) {
    worker.errors().inc();
    LOG.error("script log: {}", message);
    request = null;
    response = null;
  }

  /** Keeps a script's answer until the script has stopped running. */
  void keepReply(LocalReply answer) {
    reply = answer;
  }

  /** Sends the answer that a script has left, if any. */
  void sendReply() {
    LocalReply answer = reply;
    if (answer != null) {
      reply = null;
      callbacks.sendLocalReply(answer);
    }
  }

  // ---- request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    ScriptState state = worker.stateFor(routeConfig());
    LuaFunction handler = state == null ? null : state.onRequest();
    if (state == null || handler == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    worker.executions().inc();
    var stream = new LuaStream(this, state, MessageSide.REQUEST, headers);
    request = stream;
    return stream.start(handler, endStream);
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    return request == null ? FilterDataStatus.CONTINUE : request.data(data, endStream);
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    return request == null ? FilterTrailersStatus.CONTINUE : request.trailers(trailers);
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    ScriptState state = worker.stateFor(routeConfig());
    LuaFunction handler = state == null ? null : state.onResponse();
    if (state == null || handler == null) {
      return FilterHeadersStatus.CONTINUE;
    }
    worker.executions().inc();
    var stream = new LuaStream(this, state, MessageSide.RESPONSE, headers);
    response = stream;
    return stream.start(handler, endStream);
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    return response == null ? FilterDataStatus.CONTINUE : response.data(data, endStream);
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return response == null ? FilterTrailersStatus.CONTINUE : response.trailers(trailers);
  }

  boolean destroyed() {
    return destroyed;
  }

  @Override
  public void onDestroy() {
    destroyed = true;
    if (request != null) {
      request.destroy();
    }
    if (response != null) {
      response.destroy();
    }
  }
}
