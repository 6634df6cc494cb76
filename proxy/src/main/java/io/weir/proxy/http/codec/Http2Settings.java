package io.weir.proxy.http.codec;

import io.weir.proxy.http.codec.Http1Settings.Underscores;
import java.util.List;

/**
 * Options of an HTTP/2 codec: {@code Http2ProtocolOptions} and the limits of {@code
 * HttpProtocolOptions}.
 *
 * @param hpackTableSize the table that the peer's encoder may use, and ours at most
 * @param maxStreams concurrent streams: what a server allows, what a client opens at most
 * @param streamWindow bytes that a stream may receive ahead
 * @param connectionWindow bytes that all streams together may receive ahead
 * @param allowConnect whether extended CONNECT (RFC 8441) is offered or used
 * @param maxHeaderBytes of names and values of a header block
 * @param maxHeaders fields of a header block
 * @param streamErrors whether an invalid message resets its stream instead of the connection
 * @param underscores what becomes of request fields with an underscore in the name
 * @param streamFlushMillis how long the rest of a response that its stream is done with may wait
 *     for the peer; 0 for no limit
 * @param extraSettings further parameters of the SETTINGS frame
 */
public record Http2Settings(
    int hpackTableSize,
    int maxStreams,
    int streamWindow,
    int connectionWindow,
    boolean allowConnect,
    int maxHeaderBytes,
    int maxHeaders,
    boolean streamErrors,
    Underscores underscores,
    long streamFlushMillis,
    Limits limits,
    KeepAlive keepAlive,
    List<Parameter> extraSettings) {

  /** Envoy's defaults, either side. */
  public static final Http2Settings DEFAULT =
      new Http2Settings(
          4096,
          1024,
          16 << 20,
          24 << 20,
          false,
          60 * 1024,
          100,
          false,
          Underscores.ALLOW,
          0,
          Limits.DEFAULT,
          KeepAlive.NONE,
          List.of());

  public Http2Settings {
    extraSettings = List.copyOf(extraSettings);
  }

  /**
   * What a peer may do without being taken for an attacker.
   *
   * @param outboundFrames frames that may wait to be written
   * @param outboundControlFrames SETTINGS, PING and RST_STREAM frames among them
   * @param emptyFrames consecutive frames without payload and END_STREAM
   * @param priorityPerStream PRIORITY frames for each stream
   * @param windowUpdatesPerData WINDOW_UPDATE frames for each DATA frame sent
   */
  public record Limits(
      int outboundFrames,
      int outboundControlFrames,
      int emptyFrames,
      int priorityPerStream,
      int windowUpdatesPerData) {
    public static final Limits DEFAULT = new Limits(10_000, 1000, 1, 100, 10);
  }

  /**
   * {@code connection_keepalive}.
   *
   * @param intervalMillis between pings, 0 for none
   * @param timeoutMillis how long an answer may take
   * @param jitterPercent of the interval, added at random
   * @param idleMillis a client's connection that was silent for so long is pinged before it gets
   *     another stream; 0 for never
   */
  public record KeepAlive(
      long intervalMillis, long timeoutMillis, double jitterPercent, long idleMillis) {
    public static final KeepAlive NONE = new KeepAlive(0, 0, 0, 0);
  }

  /** One SETTINGS parameter. */
  public record Parameter(int identifier, long value) {}
}
