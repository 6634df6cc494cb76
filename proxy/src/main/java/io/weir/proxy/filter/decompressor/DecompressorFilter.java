package io.weir.proxy.filter.decompressor;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.filter.compression.BodyCodec;
import io.weir.proxy.filter.compression.HeaderTokens;
import org.jspecify.annotations.Nullable;

/** Decompresses bodies whose last encoding is the library's. */
final class DecompressorFilter implements HttpFilter {
  private static final HeaderName CONTENT_ENCODING = HeaderName.of("content-encoding");
  private static final HeaderName CACHE_CONTROL = HeaderName.of("cache-control");

  private final HttpFilterCallbacks callbacks;
  private final DecompressorFilterFactory.Settings settings;
  private final DecompressorFilterFactory.DecompressorStats requestStats;
  private final DecompressorFilterFactory.DecompressorStats responseStats;
  private @Nullable BodyCodec request;
  private @Nullable BodyCodec response;

  DecompressorFilter(
      HttpFilterCallbacks callbacks,
      DecompressorFilterFactory.Settings settings,
      DecompressorFilterFactory.DecompressorStats requestStats,
      DecompressorFilterFactory.DecompressorStats responseStats) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.requestStats = requestStats;
    this.responseStats = responseStats;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    if (settings.advertise() && settings.response().enabled()) {
      advertise(headers);
    }
    if (!endStream && begin(headers, settings.request(), requestStats)) {
      request = settings.library().make().get();
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private void advertise(HeaderMap headers) {
    String encoding = settings.library().encoding();
    String now = headers.getJoined(HeaderName.ACCEPT_ENCODING);
    if (now == null || now.isEmpty()) {
      headers.set(HeaderName.ACCEPT_ENCODING, encoding);
    } else if (!HeaderTokens.contains(now, encoding)) {
      headers.set(HeaderName.ACCEPT_ENCODING, now + "," + encoding);
    }
  }

  /** Whether the body is to be decompressed; its headers are changed then. */
  private boolean begin(
      HeaderMap headers,
      DecompressorFilterFactory.Direction direction,
      DecompressorFilterFactory.DecompressorStats stats) {
    String encodings = headers.getJoined(CONTENT_ENCODING);
    boolean wanted =
        direction.enabled()
            && encodings != null
            && last(encodings).equalsIgnoreCase(settings.library().encoding())
            && (direction.ignoreNoTransform()
                || !HeaderTokens.contains(headers, CACHE_CONTROL, "no-transform"));
    if (!wanted || encodings == null) {
      stats.plain().inc();
      return false;
    }
    stats.decompressed().inc();
    int comma = encodings.lastIndexOf(',');
    if (comma < 0) {
      headers.remove(CONTENT_ENCODING);
    } else {
      headers.set(CONTENT_ENCODING, encodings.substring(0, comma).strip());
    }
    headers.remove(HeaderName.CONTENT_LENGTH);
    return true;
  }

  private static String last(String encodings) {
    return encodings.substring(encodings.lastIndexOf(',') + 1).strip();
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (request != null && !process(request, data, endStream, requestStats)) {
      callbacks.sendLocalReply(
          LocalReply.of(400, "Bad Request", "decompressor_invalid_request_body"));
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (!endStream && begin(headers, settings.response(), responseStats)) {
      response = settings.library().make().get();
    }
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (response != null && !process(response, data, endStream, responseStats)) {
      callbacks.resetStream(StreamResetReason.LOCAL_RESET, "decompressor_invalid_response_body");
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    return FilterTrailersStatus.CONTINUE;
  }

  private static boolean process(
      BodyCodec codec,
      Buffer data,
      boolean end,
      DecompressorFilterFactory.DecompressorStats stats) {
    stats.compressedBytes().add(data.length());
    try {
      codec.process(data, end);
    } catch (BodyCodec.CodecFailure e) {
      return false;
    }
    stats.plainBytes().add(data.length());
    return true;
  }

  @Override
  public void onDestroy() {
    if (request != null) {
      request.close();
    }
    if (response != null) {
      response.close();
    }
  }
}
