package io.weir.plugin;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request and its response. Valid until {@link HttpPlugin#onEnd} returns; one thread. */
public interface HttpExchange {

  /**
   * Request headers, pseudo-headers included. They can be changed until they have gone on, that is
   * until {@link HttpPlugin#onRequestHeaders} continued or {@link #resumeRequest}; read any time.
   */
  Headers requestHeaders();

  /** Empty before the request's trailers have come. */
  Headers requestTrailers();

  /** Empty before the response has come; changed and read as request headers. */
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
   * Sends a gRPC request; as {@link #call}.
   *
   * @param then called once, on the exchange's thread
   */
  void grpc(GrpcCall call, Consumer<GrpcReply> then);

  /**
   * An attribute of the exchange as text, by its path and with Envoy's names: {@code
   * attribute("source", "address")}, {@code attribute("response", "code")}, {@code
   * attribute("metadata", "filter_metadata", "namespace", "key")}, {@code attribute("xds",
   * "route_name")}. Numbers are decimal, times nanoseconds. Null when there is none.
   */
  @Nullable String attribute(String... path);

  /**
   * Keeps a text with the exchange for the filters after this one and for the access log ({@code
   * %FILTER_STATE(wasm.name)%}); {@code attribute(name)} reads it.
   */
  void setAttribute(String name, String value);

  /**
   * Writes a text into the dynamic metadata of the exchange, which other filters and the access log
   * read ({@code %DYNAMIC_METADATA(namespace:key)%}).
   *
   * @return false when the proxy lets no module write it, as Envoy; then use {@link #setAttribute}
   */
  boolean setMetadata(String namespace, String key, String value);

  /** Makes the proxy choose the route again, by the headers as they are now. */
  void clearRouteCache();

  /** What {@link #setState} kept. */
  @Nullable Object state();

  /** Keeps the plugin's own state for this exchange. */
  void setState(@Nullable Object state);

  Log log();
}
