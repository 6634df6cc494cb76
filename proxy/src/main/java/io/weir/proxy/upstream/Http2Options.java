package io.weir.proxy.upstream;

import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.weir.proxy.http.codec.Http2Settings;

/** Reads {@code envoy.config.core.v3.Http2ProtocolOptions} for the upstream side. */
final class Http2Options {
  private Http2Options() {}

  static Http2Settings load(Http2ProtocolOptions message, HttpProtocolOptions common) {
    Http2Settings defaults = Http2Settings.DEFAULT;
    var ping = message.getConnectionKeepalive();
    return new Http2Settings(
        or(message.hasHpackTableSize(), message.getHpackTableSize(), defaults.hpackTableSize()),
        or(
            message.hasMaxConcurrentStreams(),
            message.getMaxConcurrentStreams(),
            defaults.maxStreams()),
        or(
            message.hasInitialStreamWindowSize(),
            message.getInitialStreamWindowSize(),
            defaults.streamWindow()),
        or(
            message.hasInitialConnectionWindowSize(),
            message.getInitialConnectionWindowSize(),
            defaults.connectionWindow()),
        message.getAllowConnect(),
        common.hasMaxResponseHeadersKb()
            ? common.getMaxResponseHeadersKb().getValue() * 1024
            : defaults.maxHeaderBytes(),
        or(common.hasMaxHeadersCount(), common.getMaxHeadersCount(), defaults.maxHeaders()),
        or(
            message.hasMaxOutboundControlFrames(),
            message.getMaxOutboundControlFrames(),
            defaults.maxOutboundControlFrames()),
        or(
            message.hasMaxConsecutiveInboundFramesWithEmptyPayload(),
            message.getMaxConsecutiveInboundFramesWithEmptyPayload(),
            defaults.maxEmptyFrames()),
        or(
            message.hasMaxInboundPriorityFramesPerStream(),
            message.getMaxInboundPriorityFramesPerStream(),
            defaults.maxPriorityPerStream()),
        or(
            message.hasMaxInboundWindowUpdateFramesPerDataFrameSent(),
            message.getMaxInboundWindowUpdateFramesPerDataFrameSent(),
            defaults.maxWindowUpdatesPerData()),
        message.getOverrideStreamErrorOnInvalidHttpMessage().getValue(),
        Millis.of(ping.getInterval()),
        ping.hasTimeout() ? Millis.of(ping.getTimeout()) : 0);
  }

  private static int or(boolean given, com.google.protobuf.UInt32Value value, int otherwise) {
    return given ? value.getValue() : otherwise;
  }
}
