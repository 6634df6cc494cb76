package io.weir.proxy.http.codec;

import com.google.protobuf.Duration;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.proxy.http.codec.Http1Settings.Underscores;
import io.weir.proxy.http.codec.Http2Settings.KeepAlive;
import io.weir.proxy.http.codec.Http2Settings.Limits;
import io.weir.proxy.http.codec.Http2Settings.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Loads {@code Http2ProtocolOptions} of either side. */
public final class Http2SettingsLoader {
  private static final long DEFAULT_STREAM_IDLE = 300_000;
  private static final double DEFAULT_JITTER = 15;
  private static final int ENABLE_PUSH = 2;
  private static final int ENABLE_CONNECT = 8;

  private Http2SettingsLoader() {}

  public static Http2Settings downstream(HttpConnectionManager message, FactoryContext context) {
    HttpProtocolOptions common = message.getCommonHttpProtocolOptions();
    return load(
        message.getHttp2ProtocolOptions(),
        common,
        message.hasMaxRequestHeadersKb()
            ? message.getMaxRequestHeadersKb().getValue() * 1024
            : Http2Settings.DEFAULT.maxHeaderBytes(),
        message.getStreamErrorOnInvalidHttpMessage().getValue(),
        message.hasStreamIdleTimeout()
            ? millis(message.getStreamIdleTimeout())
            : DEFAULT_STREAM_IDLE,
        context.problems().at("http2_protocol_options"));
  }

  /** Settings of an upstream connection. */
  public static Http2Settings upstream(
      Http2ProtocolOptions options, HttpProtocolOptions common, Problems problems) {
    return load(
        options,
        common,
        common.hasMaxResponseHeadersKb()
            ? common.getMaxResponseHeadersKb().getValue() * 1024
            : Http2Settings.DEFAULT.maxHeaderBytes(),
        true,
        0,
        problems);
  }

  private static Http2Settings load(
      Http2ProtocolOptions options,
      HttpProtocolOptions common,
      int maxHeaderBytes,
      boolean streamErrors,
      long streamFlush,
      Problems problems) {
    Http2Settings defaults = Http2Settings.DEFAULT;
    return new Http2Settings(
        or(options.hasHpackTableSize(), options.getHpackTableSize(), defaults.hpackTableSize()),
        or(
            options.hasMaxConcurrentStreams(),
            options.getMaxConcurrentStreams(),
            defaults.maxStreams()),
        or(
            options.hasInitialStreamWindowSize(),
            options.getInitialStreamWindowSize(),
            defaults.streamWindow()),
        or(
            options.hasInitialConnectionWindowSize(),
            options.getInitialConnectionWindowSize(),
            defaults.connectionWindow()),
        options.getAllowConnect(),
        maxHeaderBytes,
        or(common.hasMaxHeadersCount(), common.getMaxHeadersCount(), defaults.maxHeaders()),
        streamErrors(options, streamErrors),
        switch (common.getHeadersWithUnderscoresAction()) {
          case ALLOW, UNRECOGNIZED -> Underscores.ALLOW;
          case REJECT_REQUEST -> Underscores.REJECT;
          case DROP_HEADER -> Underscores.DROP;
        },
        streamFlush,
        limits(options),
        keepAlive(options.getConnectionKeepalive()),
        parameters(options, problems));
  }

  @SuppressWarnings("deprecation")
  private static boolean streamErrors(Http2ProtocolOptions options, boolean common) {
    return options.hasOverrideStreamErrorOnInvalidHttpMessage()
        ? options.getOverrideStreamErrorOnInvalidHttpMessage().getValue()
        : common || options.getStreamErrorOnInvalidHttpMessaging();
  }

  private static Limits limits(Http2ProtocolOptions options) {
    Limits defaults = Limits.DEFAULT;
    return new Limits(
        or(
            options.hasMaxOutboundFrames(),
            options.getMaxOutboundFrames(),
            defaults.outboundFrames()),
        or(
            options.hasMaxOutboundControlFrames(),
            options.getMaxOutboundControlFrames(),
            defaults.outboundControlFrames()),
        or(
            options.hasMaxConsecutiveInboundFramesWithEmptyPayload(),
            options.getMaxConsecutiveInboundFramesWithEmptyPayload(),
            defaults.emptyFrames()),
        or(
            options.hasMaxInboundPriorityFramesPerStream(),
            options.getMaxInboundPriorityFramesPerStream(),
            defaults.priorityPerStream()),
        or(
            options.hasMaxInboundWindowUpdateFramesPerDataFrameSent(),
            options.getMaxInboundWindowUpdateFramesPerDataFrameSent(),
            defaults.windowUpdatesPerData()));
  }

  private static KeepAlive keepAlive(KeepaliveSettings settings) {
    return new KeepAlive(
        millis(settings.getInterval()),
        millis(settings.getTimeout()),
        settings.hasIntervalJitter() ? settings.getIntervalJitter().getValue() : DEFAULT_JITTER,
        millis(settings.getConnectionIdleInterval()));
  }

  /** Further parameters; those that have a field of their own may not be repeated. */
  private static List<Parameter> parameters(Http2ProtocolOptions options, Problems problems) {
    var parameters = new ArrayList<Parameter>();
    var seen = new HashSet<Integer>();
    for (int i = 0; i < options.getCustomSettingsParametersCount(); i++) {
      var parameter = options.getCustomSettingsParameters(i);
      int id = parameter.getIdentifier().getValue();
      Problems at = problems.at("custom_settings_parameters[" + i + "]");
      if (id == ENABLE_PUSH && parameter.getValue().getValue() == 1) {
        at.add("value", "server push is not supported", "remove the parameter");
      } else if (id >= 1 && id <= 4 || id == ENABLE_CONNECT) {
        at.add("identifier", "the parameter " + id + " has a field of its own", "use that field");
      } else if (!seen.add(id)) {
        at.add("identifier", "the parameter " + id + " is given twice", "remove one");
      } else {
        parameters.add(new Parameter(id, parameter.getValue().getValue() & 0xffffffffL));
      }
    }
    return parameters;
  }

  private static int or(boolean given, UInt32Value value, int otherwise) {
    return given ? (value.getValue() < 0 ? Integer.MAX_VALUE : value.getValue()) : otherwise;
  }

  /** Whole milliseconds; a positive duration is at least one. */
  private static long millis(Duration duration) {
    long millis = duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    return millis == 0 && duration.getNanos() > 0 ? 1 : millis;
  }
}
