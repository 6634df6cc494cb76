package io.weir.proxy.filter.grpchttp1bridge;

import io.weir.filter.Protocol;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.proxy.http.GrpcReplies;
import org.jspecify.annotations.Nullable;

/**
 * Lets HTTP/1 clients call gRPC: the response is held until its trailers are known, which go into
 * its headers. A bare protobuf message may become a framed one on the way, and back.
 */
final class GrpcHttp1BridgeFilter implements HttpFilter {
  private static final int PREFIX = 5;

  private final HttpFilterCallbacks callbacks;
  private final boolean upgradeProtobuf;
  private final boolean dropQuery;
  private boolean bridging;
  private boolean framing;
  private long requestLength;
  private long responseLength;
  private @Nullable HeaderMap response;

  GrpcHttp1BridgeFilter(HttpFilterCallbacks callbacks, boolean upgradeProtobuf, boolean dropQuery) {
    this.callbacks = callbacks;
    this.upgradeProtobuf = upgradeProtobuf;
    this.dropQuery = dropQuery;
  }

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    Protocol protocol = callbacks.streamInfo().protocol();
    boolean http1 = protocol == Protocol.HTTP_10 || protocol == Protocol.HTTP_11;
    framing =
        upgradeProtobuf && headers.valueEquals(HeaderName.CONTENT_TYPE, "application/x-protobuf");
    bridging = http1 && (framing || GrpcReplies.request(headers));
    framing &= bridging;
    if (framing) {
      headers.set(HeaderName.CONTENT_TYPE, "application/grpc");
      headers.remove(HeaderName.CONTENT_LENGTH);
    }
    if (bridging && dropQuery) {
      String path = headers.get(HeaderName.PATH);
      int query = path == null ? -1 : path.indexOf('?');
      if (path != null && query >= 0) {
        headers.set(HeaderName.PATH, path.substring(0, query));
      }
    }
    return FilterHeadersStatus.CONTINUE;
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (!framing) {
      return FilterDataStatus.CONTINUE;
    }
    requestLength += data.length();
    if (!endStream) {
      return FilterDataStatus.STOP_ITERATION_AND_BUFFER;
    }
    byte[] prefix = new byte[PREFIX];
    for (int i = 0; i < 4; i++) {
      prefix[1 + i] = (byte) (requestLength >>> 24 - 8 * i);
    }
    if (requestLength > data.length()) {
      callbacks.modifyDecodingBuffer(held -> held.prepend(prefix, 0, PREFIX));
    } else {
      data.prepend(prefix, 0, PREFIX);
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (!bridging || endStream) {
      return FilterHeadersStatus.CONTINUE;
    }
    response = headers;
    return FilterHeadersStatus.STOP_ITERATION;
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (!bridging || endStream) {
      return FilterDataStatus.CONTINUE;
    }
    responseLength += data.length();
    return FilterDataStatus.STOP_ITERATION_AND_BUFFER;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    HeaderMap headers = response;
    if (!bridging || headers == null) {
      return FilterTrailersStatus.CONTINUE;
    }
    String status = trailers.get(HeaderName.GRPC_STATUS);
    if (status != null) {
      if (!status.equals("0")) {
        headers.set(HeaderName.STATUS, 503);
      }
      headers.set(HeaderName.GRPC_STATUS, status);
    }
    String message = trailers.get(HeaderName.GRPC_MESSAGE);
    if (message != null) {
      headers.set(HeaderName.GRPC_MESSAGE, message);
    }
    if (framing && responseLength >= PREFIX) {
      callbacks.modifyEncodingBuffer(held -> held.drain(PREFIX));
      responseLength -= PREFIX;
    }
    headers.set(HeaderName.CONTENT_LENGTH, responseLength);
    return FilterTrailersStatus.CONTINUE;
  }
}
