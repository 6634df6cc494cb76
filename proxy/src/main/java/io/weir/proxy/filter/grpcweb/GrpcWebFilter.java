package io.weir.proxy.filter.grpcweb;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.filter.grpc.CallStats;
import io.weir.proxy.filter.grpc.GrpcMethod;
import io.weir.proxy.filter.grpc.GrpcResponses;
import io.weir.proxy.http.GrpcReplies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Makes gRPC of a gRPC-Web request, and gRPC-Web of its response: trailers become a last frame of
 * the body, bodies are base64 where the client wants text (PROTOCOL-WEB.md of gRPC).
 */
final class GrpcWebFilter implements HttpFilter {
  private static final String BINARY = "application/grpc-web";
  private static final String TEXT = "application/grpc-web-text";
  private static final String PROTO = "+proto";
  private static final HeaderName GRPC_ACCEPT_ENCODING = HeaderName.of("grpc-accept-encoding");

  /** What is kept of a body that becomes {@code grpc-message}. */
  private static final int MAX_MESSAGE = 16 * 1024;

  private static final int TRAILER_FRAME = 0x80;
  private static final int BASE64_UNIT = 4;

  private final HttpFilterCallbacks callbacks;
  private @Nullable CallStats stats;
  private boolean active;
  private boolean textRequest;
  private boolean textResponse;
  private byte[] undecoded = {};
  // The headers of a response that is no gRPC; its body becomes their message.
  private @Nullable HeaderMap foreign;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  GrpcWebFilter(HttpFilterCallbacks callbacks) {
    this.callbacks = callbacks;
  }

  // ---- the request

  @Override
  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
    int type = headers.find(HeaderName.CONTENT_TYPE);
    textRequest = is(headers, type, TEXT);
    active = textRequest || is(headers, type, BINARY);
    if (!active) {
      return FilterHeadersStatus.CONTINUE;
    }
    GrpcMethod method = GrpcMethod.of(headers);
    if (method != null) {
      stats = CallStats.of(callbacks, "grpc-web", method, false);
    }
    // The length was that of the HTTP/1 body, not of what goes on.
    headers.remove(HeaderName.CONTENT_LENGTH);
    textResponse = is(headers, headers.find(HeaderName.ACCEPT), TEXT);
    headers.set(HeaderName.CONTENT_TYPE, "application/grpc");
    headers.set(HeaderName.TE, "trailers");
    headers.set(GRPC_ACCEPT_ENCODING, "identity");
    return FilterHeadersStatus.CONTINUE;
  }

  /** Whether the value is the type, by itself or with protobuf's suffix. */
  private static boolean is(HeaderMap headers, int entry, String type) {
    return entry >= 0
        && (headers.valueEquals(entry, type) || headers.valueEquals(entry, type + PROTO));
  }

  @Override
  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
    if (!textRequest) {
      return FilterDataStatus.CONTINUE;
    }
    byte[] more = data.toByteArray();
    data.drain(more.length);
    byte[] text = Arrays.copyOf(undecoded, undecoded.length + more.length);
    System.arraycopy(more, 0, text, undecoded.length, more.length);
    int whole = text.length / BASE64_UNIT * BASE64_UNIT;
    if (endStream && whole < text.length) {
      return refuse("grpc_base_64_decode_failed_bad_size");
    }
    undecoded = Arrays.copyOfRange(text, whole, text.length);
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(Arrays.copyOf(text, whole));
    } catch (IllegalArgumentException e) {
      return refuse("grpc_base_64_decode_failed");
    }
    if (decoded.length == 0 && !endStream) {
      return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
    }
    data.append(decoded);
    return FilterDataStatus.CONTINUE;
  }

  private FilterDataStatus refuse(String details) {
    callbacks.sendLocalReply(
        LocalReply.of(400, "Bad gRPC-web request, invalid base64 data.", details));
    return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
  }

  // ---- the response

  @Override
  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
    if (!active) {
      return FilterHeadersStatus.CONTINUE;
    }
    if (endStream && stats != null) {
      stats.charge(GrpcResponses.status(headers));
    }
    int type = headers.find(HeaderName.CONTENT_TYPE);
    if (!GrpcResponses.headers(headers, endStream)
        && !is(headers, type, TEXT)
        && !is(headers, type, BINARY)) {
      foreign = headers;
      if (!endStream) {
        return FilterHeadersStatus.STOP_ITERATION;
      }
      describe(headers);
    }
    headers.set(HeaderName.CONTENT_TYPE, (textResponse ? TEXT : BINARY) + PROTO);
    return FilterHeadersStatus.CONTINUE;
  }

  /** Says in gRPC's terms what a response is that knows nothing of gRPC. */
  private void describe(HeaderMap headers) {
    int status = headers.find(HeaderName.STATUS);
    if (!headers.contains(HeaderName.GRPC_STATUS)) {
      int code = status < 0 ? 0 : (int) headers.valueAsLong(status);
      headers.set(HeaderName.GRPC_STATUS, GrpcReplies.status(code));
    }
    byte[] text = GrpcReplies.message(message.toByteArray());
    headers.set(HeaderName.GRPC_MESSAGE, text, 0, text.length);
    headers.set(HeaderName.CONTENT_LENGTH, 0);
    headers.set(HeaderName.CONTENT_TYPE, (textResponse ? TEXT : BINARY) + PROTO);
  }

  @Override
  public FilterDataStatus encodeData(Buffer data, boolean endStream) {
    if (!active) {
      return FilterDataStatus.CONTINUE;
    }
    HeaderMap headers = foreign;
    if (headers != null) {
      byte[] bytes = data.toByteArray();
      message.write(bytes, 0, Math.min(bytes.length, MAX_MESSAGE - message.size()));
      data.drain(bytes.length);
      if (!endStream) {
        return FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      }
      describe(headers);
      return FilterDataStatus.CONTINUE;
    }
    if (textResponse && data.length() > 0) {
      byte[] bytes = data.toByteArray();
      data.drain(bytes.length);
      data.append(Base64.getEncoder().encode(bytes));
    }
    return FilterDataStatus.CONTINUE;
  }

  @Override
  public FilterTrailersStatus encodeTrailers(HeaderMap trailers) {
    if (!active) {
      return FilterTrailersStatus.CONTINUE;
    }
    if (stats != null) {
      stats.charge(GrpcResponses.status(trailers));
    }
    HeaderMap headers = foreign;
    if (headers != null) {
      describe(headers);
      return FilterTrailersStatus.CONTINUE;
    }
    var text = new StringBuilder();
    for (int e = trailers.first(); e >= 0; e = trailers.next(e)) {
      text.append(trailers.name(e)).append(':').append(trailers.value(e)).append("\r\n");
    }
    byte[] lines = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] frame = new byte[5 + lines.length];
    frame[0] = (byte) TRAILER_FRAME;
    for (int i = 0; i < 4; i++) {
      frame[1 + i] = (byte) (lines.length >>> 24 - 8 * i);
    }
    System.arraycopy(lines, 0, frame, 5, lines.length);
    Buffer last = callbacks.worker().newBuffer();
    last.append(textResponse ? Base64.getEncoder().encode(frame) : frame);
    callbacks.addEncodedData(last, true);
    trailers.clear();
    return FilterTrailersStatus.CONTINUE;
  }
}
