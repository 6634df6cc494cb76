package io.weir.proxy.http;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.OverrideHost;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.route.Route;
import org.jspecify.annotations.Nullable;

/**
 * What a filter manager belongs to: a downstream stream, or one attempt upstream. Owned by the
 * stream's worker.
 */
public interface StreamHost {
  Worker worker();

  StreamInfo streamInfo();

  /** Unique in this process. */
  long streamId();

  /** Whether this is an upstream chain. */
  boolean upstream();

  // ---- the response leaves the chain

  void encode1xxHeaders(HeaderMap headers);

  /** Whether informational responses are passed on at all. */
  boolean proxyInformational();

  void encodeHeaders(HeaderMap headers, boolean endStream);

  void encodeData(Buffer data, boolean endStream);

  void encodeTrailers(HeaderMap trailers);

  /** The filter at the chain's end when the host itself takes the request there; else null. */
  default @Nullable HttpFilter terminalFilter(HttpFilterCallbacks callbacks) {
    return null;
  }

  // ---- control

  /**
   * Takes a local reply that is not to run through this chain.
   *
   * @return false when this chain is to send it
   */
  default boolean takeLocalReply(LocalReply reply) {
    return false;
  }

  /** Resets the stream. The chain must not be run any more. */
  void resetStream(StreamResetReason reason, String details);

  /** Stops (true) or resumes the sender of the request; calls nest. */
  void slowRequest(boolean slow);

  /** A filter holds more of the response than it may (true), or less again; calls nest. */
  void slowResponse(boolean slow);

  /** Whether the terminal filter may have the request; answers it when not. */
  default boolean admit() {
    return true;
  }

  /** Builds the chain if that has not happened: local replies run through it. */
  void ensureChain();

  /** Makes the headers and body of a local reply, as configuration and protocol want it. */
  PreparedReply prepare(LocalReply reply);

  void drainConnectionOnCompletion();

  /**
   * Starts the stream over with its present headers, body and trailers.
   *
   * @param response the headers of the response that made it so, for the log; may be null
   * @return false when that is not possible
   */
  boolean recreateStream(@Nullable HeaderMap response);

  @Nullable Route route();

  void clearRouteCache();

  /** The upstream host that a filter asked for, or null. */
  default @Nullable OverrideHost overrideHost() {
    return null;
  }

  default void setOverrideHost(OverrideHost host) {}

  /**
   * A local reply ready to be sent.
   *
   * @param body null when there is none
   */
  record PreparedReply(HeaderMap headers, @Nullable Buffer body) {}
}
