package io.weir.wasm.context;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.filter.http.StreamResetReason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of one gRPC call: takes messages out of the body and turns HTTP's ends into
 * gRPC statuses. Ends once.
 */
final class GrpcStream implements HttpStreamListener {
  private static final int OK = 0;
  private static final int UNKNOWN = 2;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int PREFIX_BYTES = 5;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final GrpcCalls calls;
  private final int token;
  private final boolean unary;
  private @Nullable HttpStream http;
  private @Nullable Buffer received;
  private byte @Nullable [] answer;
  private boolean starting = true;
  private boolean finished;
  private boolean halfClosed;
  private @Nullable Runnable early;

  GrpcStream(GrpcCalls calls, int token, boolean unary) {
    this.calls = calls;
    this.token = token;
    this.unary = unary;
  }

  void opened(HttpStream stream) {
    http = stream;
    halfClosed = unary;
  }

  /** Sending is done; what happened meanwhile is told to the guest once it has returned. */
  void started() {
    starting = false;
    if (early != null) {
      calls.worker().execute(early);
    }
  }

  boolean finished() {
    return finished;
  }

  boolean halfClosed() {
    return halfClosed;
  }

  void send(Buffer frame, boolean endStream) {
    if (http != null && !halfClosed) {
      halfClosed = endStream;
      http.sendData(frame, endStream);
    }
  }

  void reset() {
    if (!finished) {
      finished = true;
      if (http != null) {
        http.reset();
      }
    }
  }

  @Override
  public void onHeaders(HeaderMap headers, boolean endStream) {
    if (finished) {
      return;
    }
    int status = httpStatus(headers);
    if (endStream || status != 200) {
      end(headers, status == 200 ? -1 : fromHttp(status));
    } else if (!unary) {
      calls.initialMetadata(token, headers);
    }
  }

  private static int httpStatus(HeaderMap headers) {
    int entry = headers.find(HeaderName.STATUS);
    return entry < 0 ? 0 : (int) headers.valueAsLong(entry);
  }

  @Override
  public void onData(Buffer data, boolean endStream) {
    if (finished) {
      return;
    }
    Buffer buffer = received;
    if (buffer == null) {
      buffer = calls.worker().newBuffer();
      received = buffer;
    }
    data.moveTo(buffer);
    while (!finished && buffer.length() >= PREFIX_BYTES) {
      long length = 0;
      for (int i = 1; i < PREFIX_BYTES; i++) {
        length = length << 8 | (buffer.get(i) & 0xff);
      }
      if (buffer.get(0) != 0 || length > MAX_MESSAGE_BYTES) {
        fail(INTERNAL, "compressed or oversized message");
        return;
      }
      if (buffer.length() < PREFIX_BYTES + length) {
        break;
      }
      buffer.drain(PREFIX_BYTES);
      byte[] message = new byte[(int) length];
      buffer.copyTo(0, message, 0, message.length);
      buffer.drain(length);
      if (unary) {
        answer = message;
      } else {
        calls.message(token, message);
      }
    }
    if (endStream && !finished) {
      fail(UNKNOWN, "stream ended without a status");
    }
  }

  @Override
  public void onTrailers(HeaderMap trailers) {
    if (!finished) {
      end(trailers, -1);
    }
  }

  /** The end, by trailers or by headers that are all there is. */
  private void end(HeaderMap last, int fallback) {
    int entry = last.find(HeaderName.GRPC_STATUS);
    long code = entry < 0 ? -1 : last.valueAsLong(entry);
    int status = code >= 0 ? (int) code : fallback >= 0 ? fallback : UNKNOWN;
    String text = percentDecoded(last.get(HeaderName.GRPC_MESSAGE));
    if (!unary) {
      calls.trailingMetadata(token, last);
    }
    if (unary && status == OK && answer != null) {
      finished = true;
      calls.succeeded(token, answer);
    } else if (unary && status == OK) {
      close(INTERNAL, text);
    } else {
      close(status, text);
    }
  }

  private void fail(int status, String text) {
    if (http != null) {
      http.reset();
    }
    close(status, text);
  }

  private void close(int status, String text) {
    if (!finished) {
      finished = true;
      if (starting && http != null) {
        early = () -> calls.closed(token, status, text);
      } else if (http != null) {
        calls.closed(token, status, text);
      }
    }
  }

  @Override
  public void onComplete() {
    if (!finished) {
      close(UNKNOWN, "stream ended without a status");
    }
  }

  @Override
  public void onReset(StreamResetReason reason, String details) {
    close(
        UNAVAILABLE,
        "upstream connect error or disconnect/reset before headers. reset reason: "
            + reason.text()
            + (details.isEmpty() ? "" : ", transport failure reason: " + details));
  }

  private static String percentDecoded(@Nullable String text) {
    if (text == null || text.indexOf('%') < 0) {
      return text == null ? "" : text;
    }
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (c == '%' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(c);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** gRPC's mapping of HTTP statuses. */
  private static int fromHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> 16;
      case 403 -> 7;
      case 404 -> 12;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }
}
