package io.weir.lua.api;

import io.weir.filter.Stats;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.lua.engine.LuaState;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream as its script sees it: what the objects of the API ask for. Owned by
 * the stream's worker. Methods that wait suspend the script and return when it is resumed.
 */
public interface HandleHost {
  LuaState state();

  Objects objects();

  HttpFilterCallbacks callbacks();

  /** Whether this is the request direction. */
  boolean request();

  /** Whether the script runs now; its handle is dead otherwise. */
  boolean live();

  /** Goes up each time the script stops running; objects of earlier runs are dead. */
  int epoch();

  HeaderMap headers();

  /** Whether headers may still be changed: they have not gone on. */
  boolean headersModifiable();

  /** Headers are about to be changed. */
  void headersModified();

  /** The whole body; waits for it. Null when there is none and none was asked for. */
  @Nullable Body body(boolean evenIfEmpty);

  /** Checks that chunks can be had. */
  void beginChunks();

  /** The next piece of the body; waits for it. Null at the end. */
  @Nullable Body nextChunk();

  /** The trailers; waits for them. Null when there are none. */
  @Nullable HeaderMap trailers();

  /** Whether {@code respond} is there in the response direction, which it is not in Envoy. */
  boolean respondInResponse();

  /** Answers the request; ends the script. */
  void respond(HeaderMap headers, byte @Nullable [] body);

  /** Sends a request to a cluster and waits for the answer, or does not wait for it. */
  @Nullable CallOutcome call(HttpCallRequest request);

  /** The filter's context of the route. */
  Value.MapValue filterContext();

  /** The name by which route metadata and configuration know the filter. */
  String filterName();

  Stats stats();

  /** What the script's own statistics have in front of their names. */
  String statPrefix();

  void setUpstreamOverrideHost(String address, boolean strict);
}
