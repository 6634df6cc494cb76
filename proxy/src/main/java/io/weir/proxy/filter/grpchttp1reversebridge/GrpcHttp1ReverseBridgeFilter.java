package io.weir.proxy.filter.grpchttp1reversebridge;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.filter.grpchttp1reversebridge.GrpcHttp1ReverseBridgeFilterFactory.PerRoute;
import io.weir.proxy.filter.grpchttp1reversebridge.GrpcHttp1ReverseBridgeFilterFactory.Settings;
import io.weir.proxy.http.GrpcReplies;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lets gRPC clients call servers that speak HTTP without trailers: the response's status becomes
 * the call's, in trailers, and messages lose and get their prefix on the way.
 */
final class GrpcHttp1ReverseBridgeFilter implements HttpFilter {
  private static final int PREFIX = 5;
  private static final int UNKNOWN = 2;

  private final HttpFilterCallbacks callbacks;
  private final Settings settings;
  private boolean enabled;
  private boolean prefixTaken;
  private boolean prefixGiven;
  private boolean failed;
  private int status;
  private long length;
  private @Nullable String contentType;

  GrpcHttp1ReverseBridgeFilter(HttpFilterCallbacks callbacks, Settings settings) {
    this.callbacks = callbacks;
    this.settings = settings;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    boolean disabled = callbacks.routeConfig() instanceof PerRoute route && route.disabled();
    if (disabled || endStream || !GrpcReplies.request(headers)) {
      return FilterHeadersStatus.CONTINUE;
    }
    enabled = true;
    contentType = headers.get(HeaderName.CONTENT_TYPE);
    headers.set(HeaderName.CONTENT_TYPE, settings.contentType());
    headers.set(HeaderName.ACCEPT, settings.contentType());
    if (settings.bare()) {
      resize(headers, -PREFIX);
    }
    return FilterHeadersStatus.CONTINUE;
  }

  private static void resize(HeaderMap headers, int by) {
    int entry = headers.find(HeaderName.CONTENT_LENGTH);
    if (entry >= 0) {
      headers.set(HeaderName.CONTENT_LENGTH, Math.max(0, headers.valueAsLong(entry) + by));
    }
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (enabled && settings.bare() && !prefixTaken) {
      if (data.length() < PREFIX) {
        fail("invalid request body", "grpc_bridge_data_too_small");
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }
      prefixTaken = true;
      data.drain(PREFIX);
    }
    return FilterDataStatus.CONTINUE;
  }

  private void fail(String message, String details) {
    callbacks.sendLocalReply(
        new LocalReply(200, message.getBytes(StandardCharsets.ISO_8859_1), null, UNKNOWN, details));
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (!enabled || failed) {
      return FilterHeadersStatus.CONTINUE;
    }
    int code = headers.find(HeaderName.STATUS);
    int http = code < 0 ? 0 : (int) headers.valueAsLong(code);
    if (!headers.valueEquals(HeaderName.CONTENT_TYPE, settings.contentType())) {
      failed = true;
      String type = headers.get(HeaderName.CONTENT_TYPE);
      fail(
          "envoy reverse bridge: upstream responded with "
              + (type == null ? "no content-type header" : "unsupported content-type " + type)
              + ", status code "
              + http,
          "grpc_bridge_content_type_wrong");
      return FilterHeadersStatus.STOP_ITERATION;
    }
    status = http == 200 ? 0 : GrpcReplies.status(http);
    headers.set(HeaderName.STATUS, 200);
    headers.set(HeaderName.CONTENT_TYPE, contentType == null ? "application/grpc" : contentType);
    if (endStream) {
      headers.set(HeaderName.GRPC_STATUS, status);
      return FilterHeadersStatus.CONTINUE;
    }
    if (settings.bare()) {
      resize(headers, PREFIX);
      announced(headers);
    }
    return FilterHeadersStatus.CONTINUE;
  }

  /** A response that tells its size need not be held until that is known. */
  private void announced(HeaderMap headers) {
    HeaderName name = settings.sizeHeader();
    int entry = name == null ? -1 : headers.find(name);
    if (entry >= 0 && headers.valueAsLong(entry) >= 0) {
      length = headers.valueAsLong(entry);
      prefixGiven = true;
      Buffer prefix = callbacks.worker().newBuffer();
      prefix.append(prefix(length));
      callbacks.addEncodedData(prefix, true);
    }
  }

  private static byte[] prefix(long length) {
    byte[] prefix = new byte[PREFIX];
    for (int i = 0; i < 4; i++) {
      prefix[1 + i] = (byte) (length >>> 24 - 8 * i);
    }
    return prefix;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (!enabled || failed) {
      return FilterDataStatus.CONTINUE;
    }
    boolean hold = settings.bare() && !prefixGiven;
    if (hold) {
      length += data.length();
    }
    if (!endStream) {
      return hold ? FilterDataStatus.STOP_ITERATION_AND_BUFFER : FilterDataStatus.CONTINUE;
    }
    callbacks.addEncodedTrailers().set(HeaderName.GRPC_STATUS, status);
    if (hold) {
      putPrefix(data);
    }
    return FilterDataStatus.CONTINUE;
  }

  private void putPrefix(Buffer last) {
    byte[] prefix = prefix(length);
    if (length > last.length()) {
      callbacks.modifyEncodingBuffer(held -> held.prepend(prefix, 0, PREFIX));
    } else {
      last.prepend(prefix, 0, PREFIX);
    }
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    if (enabled && !failed) {
      trailers.set(HeaderName.GRPC_STATUS, status);
      if (settings.bare() && !prefixGiven && length > 0) {
        callbacks.modifyEncodingBuffer(held -> held.prepend(prefix(length), 0, PREFIX));
      }
    }
    return FilterTrailersStatus.CONTINUE;
  }
}
