package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How local replies answer gRPC requests (gRPC over HTTP/2: "Trailers-Only"). */
public final class GrpcReplies {
  private static final String GRPC = "application/grpc";
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final int UNKNOWN = 2;

  /** The status of requests that took longer than the client, or the route, allows. */
  static final int DEADLINE_EXCEEDED = 4;

  private GrpcReplies() {}

  /** Whether the content type is {@code application/grpc} or {@code application/grpc+...}. */
  public static boolean request(HeaderMap headers) {
    int entry = headers.find(HeaderName.CONTENT_TYPE);
    if (entry < 0 || headers.valueLength(entry) < GRPC.length()) {
      return false;
    }
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    for (int i = 0; i < GRPC.length(); i++) {
      if (text[start + i] != GRPC.charAt(i)) {
        return false;
      }
    }
    return headers.valueLength(entry) == GRPC.length() || text[start + GRPC.length()] == '+';
  }

  /** The gRPC status that stands for an HTTP status. */
  public static int status(int code) {
    return switch (code) {
      case 400 -> 13;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> 14;
      default -> UNKNOWN;
    };
  }

  /** The message's bytes, percent-encoded where {@code grpc-message} wants it. */
  public static byte[] message(byte[] text) {
    byte[] out = new byte[text.length * 3];
    int to = 0;
    for (byte b : text) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        out[to++] = b;
      } else {
        out[to++] = '%';
        out[to++] = HEX[(b >> 4) & 15];
        out[to++] = HEX[b & 15];
      }
    }
    return Arrays.copyOf(out, to);
  }
}
