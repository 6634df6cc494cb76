package io.weir.proxy.http.codec;

/**
 * Options of an HTTP/2 codec: {@code Http2ProtocolOptions} and the limits of {@code
 * HttpProtocolOptions}.
 *
 * @param hpackTableSize the table that the peer's encoder may use
 * @param maxStreams concurrent streams: what a server allows, what a client opens at most
 * @param streamWindow bytes that a stream may receive ahead
 * @param connectionWindow bytes that all streams together may receive ahead
 * @param allowConnect whether extended CONNECT (RFC 8441) is offered or used
 * @param maxHeaderBytes of names and values of a header block
 * @param maxHeaders fields of a header block
 * @param maxOutboundControlFrames answers to the peer's frames that may wait to be written
 * @param maxEmptyFrames consecutive frames without payload that are tolerated
 * @param maxPriorityPerStream PRIORITY frames for each stream
 * @param maxWindowUpdatesPerData WINDOW_UPDATE frames for each DATA frame sent
 * @param streamErrors whether an invalid message resets its stream instead of the connection
 * @param pingIntervalMillis 0 for no keep-alive pings
 * @param pingTimeoutMillis how long an answer to a ping may take
 */
public record Http2Settings(
    int hpackTableSize,
    int maxStreams,
    int streamWindow,
    int connectionWindow,
    boolean allowConnect,
    int maxHeaderBytes,
    int maxHeaders,
    int maxOutboundControlFrames,
    int maxEmptyFrames,
    int maxPriorityPerStream,
    int maxWindowUpdatesPerData,
    boolean streamErrors,
    long pingIntervalMillis,
    long pingTimeoutMillis) {

  /** Envoy's defaults, either side. */
  public static final Http2Settings DEFAULT =
      new Http2Settings(
          4096, 1024, 16 << 20, 24 << 20, false, 60 * 1024, 100, 1000, 1, 100, 10, false, 0, 0);
}
