package io.weir.proxy.filter.compressor;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.proxy.filter.compression.BodyCodec;
import io.weir.proxy.filter.compression.HeaderTokens;
import io.weir.proxy.filter.compression.Library;
import org.jspecify.annotations.Nullable;

/** Compresses what is worth it and what the client accepts. */
final class CompressorFilter implements HttpFilter {
  private static final HeaderName CONTENT_ENCODING = HeaderName.of("content-encoding");
  private static final HeaderName ETAG = HeaderName.of("etag");
  private static final HeaderName STATUS = HeaderName.of("x-envoy-compression-status");
  private static final HeaderName VARY = HeaderName.of("vary");
  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  private final HttpFilterCallbacks callbacks;
  private final CompressorSettings settings;
  private final CompressorStats requestStats;
  private final CompressorStats responseStats;
  private @Nullable String accepted;
  private @Nullable BodyCodec request;
  private @Nullable BodyCodec response;

  CompressorFilter(
      HttpFilterCallbacks callbacks,
      CompressorSettings settings,
      CompressorStats requestStats,
      CompressorStats responseStats) {
    this.callbacks = callbacks;
    this.settings = settings;
    this.requestStats = requestStats;
    this.responseStats = responseStats;
  }

  private CompressorSettings.@Nullable Overrides route() {
    return callbacks.routeConfig() instanceof CompressorSettings.Overrides found ? found : null;
  }

  private boolean disabled() {
    CompressorSettings.Overrides route = route();
    return route != null && route.disabled();
  }

  private Library library() {
    CompressorSettings.Overrides route = route();
    return route == null || route.library() == null ? settings.library() : route.library();
  }

  // ---- request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    accepted = headers.getJoined(HeaderName.ACCEPT_ENCODING);
    CompressorSettings.Overrides route = route();
    boolean remove =
        route == null || route.removeAcceptEncoding() == null
            ? settings.removeAcceptEncoding()
            : route.removeAcceptEncoding();
    if (remove && settings.response().enabled() && !disabled()) {
      headers.remove(HeaderName.ACCEPT_ENCODING);
    }
    DirectionSettings requests = settings.request();
    if (requests != null && worthwhile(requests, headers, endStream)) {
      begin(headers, requestStats);
      request = library().make().get();
    } else {
      requestStats.notCompressed.inc();
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private boolean worthwhile(DirectionSettings requests, HeaderMap headers, boolean endStream) {
    if (!requests.enabled() || disabled()) {
      return false;
    }
    if (!requests.longEnough(headers)) {
      requestStats.tooSmall.inc();
      return false;
    }
    return !endStream && requests.compressible(headers);
  }

  private void begin(HeaderMap headers, CompressorStats stats) {
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.set(CONTENT_ENCODING, library().encoding());
    stats.compressed.inc();
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (request != null) {
      compress(request, data, endStream, requestStats);
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus decodeTrailers(HeaderMap trailers) {
    if (request != null) {
      Buffer last = callbacks.worker().newBuffer();
      compress(request, last, true, requestStats);
      callbacks.addDecodedData(last, true);
    }
    return FilterTrailersStatus.CONTINUE;
  }

  // ---- response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (disabled()) {
      responseStats.notCompressed.inc();
      return FilterHeadersStatus.CONTINUE;
    }
    DirectionSettings responses = settings.response();
    boolean enabled = responses.enabled();
    boolean longEnough = responses.longEnough(headers);
    boolean compressible =
        enabled
            && longEnough
            && statusAllowed(headers)
            && etagAllowed(headers)
            && responses.compressible(headers);
    if (enabled && !longEnough) {
      responseStats.tooSmall.inc();
    }
    boolean asked = !endStream && (settings.statusHeader() ? compressible : enabled && longEnough);
    if (asked && acceptable(headers) && compressible) {
      changeEtag(headers);
      tellLength(headers);
      begin(headers, responseStats);
      response = library().make().get();
    } else {
      tellReason(headers, enabled, longEnough);
      responseStats.notCompressed.inc();
    }
    if (compressible) {
      addVary(headers);
    }
    return FilterHeadersStatus.CONTINUE;
  }

  /** What the client accepts does not matter when the type is not compressed at all. */
  private boolean acceptable(HeaderMap headers) {
    AcceptedEncodings outcome = AcceptedEncodings.of(accepted, library().encoding());
    if (outcome != AcceptedEncodings.NO_HEADER && !settings.response().typeAllowed(headers)) {
      outcome = AcceptedEncodings.NOT_VALID;
    }
    responseStats.count(outcome);
    return outcome.accepted();
  }

  private void tellLength(HeaderMap headers) {
    if (settings.statusHeader()) {
      String length = headers.get(HeaderName.CONTENT_LENGTH);
      headers.add(
          STATUS,
          library().encoding()
              + ";Compressed"
              + (length == null ? "" : ";OriginalLength=" + length));
    }
  }

  /** Only what the response itself is to blame for is told. */
  private void tellReason(HeaderMap headers, boolean enabled, boolean longEnough) {
    if (!settings.statusHeader() || !enabled) {
      return;
    }
    String reason =
        !longEnough
            ? "ContentLengthTooSmall"
            : !settings.response().typeAllowed(headers)
                ? "ContentTypeNotAllowed"
                : settings.skipWithEtag() && headers.contains(ETAG)
                    ? "EtagNotAllowed"
                    : statusAllowed(headers) ? null : "StatusCodeNotAllowed";
    if (reason != null) {
      headers.add(STATUS, library().encoding() + ";" + reason);
    }
  }

  private boolean statusAllowed(HeaderMap headers) {
    if (settings.plainCodes().isEmpty()) {
      return true;
    }
    int entry = headers.find(HeaderName.STATUS);
    return entry < 0 || !settings.plainCodes().contains((int) headers.valueAsLong(entry));
  }

  private boolean etagAllowed(HeaderMap headers) {
    boolean allowed = !settings.skipWithEtag() || !headers.contains(ETAG);
    if (!allowed) {
      responseStats.etag.inc();
    }
    return allowed;
  }

  /** A strong tag would name the plain bytes. */
  private void changeEtag(HeaderMap headers) {
    String tag = headers.get(ETAG);
    if (tag == null || tag.startsWith("W/") || tag.startsWith("w/")) {
      return;
    }
    if (settings.weakenEtag()) {
      headers.set(ETAG, "W/" + tag);
    } else {
      headers.remove(ETAG);
    }
  }

  private static void addVary(HeaderMap headers) {
    String vary = headers.getJoined(VARY);
    if (vary == null) {
      headers.set(VARY, ACCEPT_ENCODING);
    } else if (!HeaderTokens.contains(vary, ACCEPT_ENCODING) && !vary.strip().equals("*")) {
      headers.set(VARY, vary + ", " + ACCEPT_ENCODING);
    }
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (response != null) {
      compress(response, data, endStream, responseStats);
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    if (response != null) {
      Buffer last = callbacks.worker().newBuffer();
      compress(response, last, true, responseStats);
      callbacks.addEncodedData(last, true);
    }
    return FilterTrailersStatus.CONTINUE;
  }

  private static void compress(BodyCodec codec, Buffer data, boolean end, CompressorStats stats) {
    stats.plainBytes.add(data.length());
    try {
      codec.process(data, end);
    } catch (BodyCodec.CodecFailure e) {
      throw new IllegalStateException("compressing cannot fail", e);
    }
    stats.compressedBytes.add(data.length());
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
