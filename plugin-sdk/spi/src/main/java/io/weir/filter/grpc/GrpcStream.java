package io.weir.filter.grpc;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.filter.http.StreamResetReason;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call to a cluster, unary or a stream: puts messages into frames and takes them out, and
 * turns HTTP's ends into gRPC statuses. Ends once. Used on its worker.
 */
public final class GrpcStream implements HttpStreamListener {
  private static final int OK = 0;
  private static final int UNKNOWN = 2;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;
  private static final int PREFIX_BYTES = 5;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final Worker worker;
  private final GrpcListener listener;
  private final boolean unary;
  private @Nullable HttpStream http;
  private @Nullable Buffer received;
  private byte @Nullable [] answer;
  private boolean starting = true;
  private boolean finished;
  private boolean halfClosed;
  private @Nullable Runnable early;

  /** Where an end came from; stands behind the status' message. */
  private String details = "via_upstream";

  /** The gRPC status of the proxy's own answer, whose body is the message; −1 without one. */
  private int refused = -1;

  public GrpcStream(Worker worker, boolean unary, GrpcListener listener) {
    this.worker = worker;
    this.unary = unary;
    this.listener = listener;
  }

  /**
   * A call's headers.
   *
   * @param timeoutMillis told to the service; 0 for none
   */
  public static HeaderMap head(
      String authority, String service, String method, HeaderMap metadata, int timeoutMillis) {
    var head = new HeaderMap();
    head.add(HeaderName.METHOD, "POST");
    head.add(HeaderName.PATH, "/" + service + "/" + method);
    head.add(HeaderName.SCHEME, "http");
    head.add(HeaderName.AUTHORITY, authority);
    head.add(HeaderName.CONTENT_TYPE, "application/grpc");
    head.add(HeaderName.TE, "trailers");
    if (timeoutMillis > 0) {
      head.add(HeaderName.GRPC_TIMEOUT, timeoutMillis + "m");
    }
    head.addAll(metadata);
    return head;
  }

  /**
   * Begins the call. What happens before this returns is told to the listener afterwards.
   *
   * @param request a unary call's message; null for a stream
   * @param timeoutMillis 0 for none
   * @return false when the cluster does not exist or refuses at once: the listener is not called
   */
  public boolean open(
      String cluster, HeaderMap head, byte @Nullable [] request, int timeoutMillis) {
    HttpStream stream =
        worker
            .clusters()
            .startStream(cluster, this, CallOptions.timeout(Math.max(timeoutMillis, 0)));
    if (stream == null || finished) {
      return false;
    }
    http = stream;
    halfClosed = unary;
    stream.sendHeaders(head, false);
    if (request != null && !finished) {
      stream.sendData(frame(request), true);
    }
    starting = false;
    if (early != null) {
      worker.execute(early);
    }
    return true;
  }

  /** A message with gRPC's five-byte prefix. */
  private Buffer frame(byte[] message) {
    Buffer buffer = worker.newBuffer();
    int n = message.length;
    buffer.append(new byte[] {0, (byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
    buffer.append(message);
    return buffer;
  }

  public boolean halfClosed() {
    return halfClosed;
  }

  /** Sends a message of a stream, unless it is half-closed. */
  public void send(byte[] message, boolean endStream) {
    send(frame(message), endStream);
  }

  /** Half-closes a stream. */
  public void finishSending() {
    send(worker.newBuffer(), true);
  }

  private void send(Buffer data, boolean endStream) {
    if (halfClosed) {
      return;
    }
    halfClosed = endStream;
    if (http != null) {
      http.sendData(data, endStream);
    }
  }

  /** Ends the call; the listener is not called any more. */
  public void reset() {
    if (!finished) {
      finished = true;
      if (http != null) {
        http.reset();
      }
    }
  }

  /** There is no way to the peer: in place of {@link #open}; the listener hears so later. */
  public void refuse(int status, String text) {
    halfClosed = unary;
    worker.execute(
        () -> {
          if (!finished) {
            finished = true;
            listener.onClose(status, text);
          }
        });
  }

  @Override
  public void onLocalReply(String replyDetails) {
    details = replyDetails;
    refused = UNAVAILABLE;
  }

  @Override
  public void onHeaders(HeaderMap headers, boolean endStream) {
    if (finished) {
      return;
    }
    int status = httpStatus(headers);
    if (refused >= 0 && !endStream) {
      refused = fromHttp(status);
    } else if (endStream || status != 200) {
      end(headers, status == 200 ? -1 : fromHttp(status));
    } else if (!unary) {
      listener.onInitialMetadata(headers);
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
      buffer = worker.newBuffer();
      received = buffer;
    }
    data.moveTo(buffer);
    if (refused >= 0) {
      if (endStream) {
        byte[] text = new byte[(int) buffer.length()];
        buffer.copyTo(0, text, 0, text.length);
        close(refused, message(new String(text, StandardCharsets.UTF_8)));
      }
      return;
    }
    while (!finished && buffer.length() >= PREFIX_BYTES) {
      long length = 0;
      for (int i = 1; i < PREFIX_BYTES; i++) {
        length = length << 8 | (buffer.get(i) & 0xff);
      }
      if (buffer.get(0) != 0 || length > MAX_MESSAGE_BYTES) {
        fail(INTERNAL, message(""));
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
        listener.onMessage(message);
      }
    }
    if (endStream && !finished) {
      fail(UNKNOWN, message(""));
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
    String told = last.get(HeaderName.GRPC_MESSAGE);
    String text = told == null ? "" : told;
    if (!unary) {
      listener.onTrailingMetadata(last);
    }
    if (unary && status == OK && answer != null) {
      finished = true;
      listener.onSuccess(answer);
    } else if (unary && status == OK) {
      close(INTERNAL, message(text));
    } else {
      close(status, status == OK ? text : message(text));
    }
  }

  /** What Envoy tells of an end that is not OK: the peer's words as they are, and the details. */
  private String message(String text) {
    return text.isEmpty() ? details : text + "{" + details + "}";
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
        early = () -> listener.onClose(status, text);
      } else if (http != null) {
        listener.onClose(status, text);
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
