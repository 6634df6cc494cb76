package io.weir.plugin;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request and its response. Valid until {@link HttpPlugin#onEnd} returns; one thread. */
public interface HttpExchange {

  /** Request headers, pseudo-headers included. */
  Headers requestHeaders();

  /** Empty before the request's trailers have come. */
  Headers requestTrailers();

  /** Empty before the response has come. */
  Headers responseHeaders();

  /** Empty before the response's trailers have come. */
  Headers responseTrailers();

  /**
   * Answers in the upstream's place.
   *
   * @param status 200 to 599
   * @param body text; empty for none
   * @param headers names and values in turns
   * @return {@link Action#PAUSE}, so that a callback can end with {@code return exchange.reply(403,
   *     "no")}
   */
  Action reply(int status, String body, String... headers);

  /** Goes on with a request that a callback paused. */
  void resumeRequest();

  /** Goes on with a response that a callback paused. */
  void resumeResponse();

  /**
   * Sends a request to one of the proxy's clusters, through its pools, limits and TLS. Pause the
   * exchange, and go on with it in {@code then}. A reply that comes after the exchange has ended is
   * dropped.
   *
   * @param then called once, on the exchange's thread
   */
  void call(Call call, Consumer<CallReply> then);

  /**
   * An attribute of the exchange as text, by its path: {@code attribute("source", "address")}. Null
   * when there is none.
   */
  @Nullable String attribute(String... path);

  /** What {@link #setState} kept. */
  @Nullable Object state();

  /** Keeps the plugin's own state for this exchange. */
  void setState(@Nullable Object state);

  Log log();
}
