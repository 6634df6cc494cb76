package io.weir.proxy.filter.grpc;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpStream;
import io.weir.filter.http.HttpStreamListener;
import io.weir.filter.http.StreamResetReason;
import org.jspecify.annotations.Nullable;

/**
 * A filter's gRPC call to a cluster: messages framed as gRPC has them, HTTP's ends turned into
 * statuses. Owned by one worker. What happens while the call is being started is told afterwards,
 * so that a filter never hears of it inside its own call.
 */
public final class GrpcCall implements HttpStreamListener {
  public static final int OK = 0;
  public static final int UNKNOWN = 2;
  public static final int INTERNAL = 13;
  public static final int UNAVAILABLE = 14;

  private static final int PREFIX_BYTES = 5;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final Worker worker;
  private final GrpcCallListener listener;
  private @Nullable HttpStream stream;
  private @Nullable Buffer received;
  private boolean starting = true;
  private boolean closed;
  private boolean halfClosed;
  private @Nullable Runnable early;

  private GrpcCall(Worker worker, GrpcCallListener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  /**
   * A call with one message each way.
   *
   * @param parent the stream on whose behalf it is made
   */
  public static GrpcCall unary(
      Worker worker,
      GrpcTarget target,
      String path,
      byte[] message,
      Parent parent,
      GrpcCallListener listener) {
    var call = new GrpcCall(worker, listener);
    call.start(target, path, target.timeoutMillis(), true, parent);
    call.send(message, true);
    call.started();
    return call;
  }

  /** A call that both sides may send many messages on. */
  public static GrpcCall open(
      Worker worker, GrpcTarget target, String path, Parent parent, GrpcCallListener listener) {
    var call = new GrpcCall(worker, listener);
    call.start(target, path, 0, false, parent);
    call.started();
    return call;
  }

  /** The stream that a call is made for. */
  public record Parent(long streamId, @Nullable HeaderMap request, StreamInfo info) {}

  private void start(
      GrpcTarget target, String path, long timeoutMillis, boolean unary, Parent parent) {
    stream =
        worker
            .clusters()
            .startStream(
                target.cluster(),
                this,
                new CallOptions(timeoutMillis, target.forwarded(), 0, parent.streamId));
    if (stream == null) {
      close(UNAVAILABLE, "Cluster not found");
    } else if (!closed) {
      stream.sendHeaders(target.head(path, unary, parent.request, parent.info), false);
    }
  }

  private void started() {
    starting = false;
    if (early != null) {
      worker.execute(early);
    }
  }

  /** Sends a message. */
  public void send(byte[] message, boolean end) {
    HttpStream open = stream;
    if (open == null || closed || halfClosed) {
      return;
    }
    halfClosed = end;
    Buffer frame = worker.newBuffer();
    int n = message.length;
    frame.append(new byte[] {0, (byte) (n >>> 24), (byte) (n >>> 16), (byte) (n >>> 8), (byte) n});
    frame.append(message);
    open.sendData(frame, end);
  }

  /** Says that no more messages follow. */
  public void halfClose() {
    HttpStream open = stream;
    if (open != null && !closed && !halfClosed) {
      halfClosed = true;
      open.sendData(worker.newBuffer(), true);
    }
  }

  /** Gives the call up; the listener is not called any more. */
  public void cancel() {
    if (!closed) {
      closed = true;
      if (stream != null) {
        stream.reset();
      }
    }
    early = null;
  }

  // ---- what comes back

  @Override
  public void onHeaders(HeaderMap headers, boolean endStream) {
    int entry = headers.find(HeaderName.STATUS);
    int status = entry < 0 ? 0 : (int) headers.valueAsLong(entry);
    if (endStream || status != 200) {
      end(headers, status == 200 ? UNKNOWN : ofHttp(status));
    }
  }

  @Override
  public void onData(Buffer data, boolean endStream) {
    if (closed) {
      return;
    }
    Buffer buffer = received;
    if (buffer == null) {
      buffer = worker.newBuffer();
      received = buffer;
    }
    data.moveTo(buffer);
    while (!closed && buffer.length() >= PREFIX_BYTES) {
      long length = 0;
      for (int i = 1; i < PREFIX_BYTES; i++) {
        length = length << 8 | buffer.get(i) & 0xff;
      }
      if (buffer.get(0) != 0 || length > MAX_MESSAGE_BYTES) {
        break;
      }
      if (buffer.length() < PREFIX_BYTES + length) {
        break;
      }
      buffer.drain(PREFIX_BYTES);
      byte[] message = new byte[(int) length];
      buffer.copyTo(0, message, 0, message.length);
      buffer.drain(length);
      tell(message);
    }
    if (!closed && buffer.length() > 0 && buffer.get(0) != 0) {
      fail("compressed or oversized message");
    } else if (endStream) {
      close(UNKNOWN, "");
    }
  }

  private void tell(byte[] message) {
    if (starting) {
      Runnable before = early;
      early =
          () -> {
            if (before != null) {
              before.run();
            }
            listener.onMessage(message);
          };
    } else {
      listener.onMessage(message);
    }
  }

  private void fail(String text) {
    if (stream != null) {
      stream.reset();
    }
    close(INTERNAL, text);
  }

  @Override
  public void onTrailers(HeaderMap trailers) {
    end(trailers, UNKNOWN);
  }

  private void end(HeaderMap last, int fallback) {
    int entry = last.find(HeaderName.GRPC_STATUS);
    long code = entry < 0 ? -1 : last.valueAsLong(entry);
    String text = last.get(HeaderName.GRPC_MESSAGE);
    close(code < 0 ? fallback : (int) code, text == null ? "" : text);
  }

  @Override
  public void onComplete() {
    close(UNKNOWN, "");
  }

  @Override
  public void onReset(StreamResetReason reason, String details) {
    close(UNAVAILABLE, reason.text());
  }

  private void close(int status, String text) {
    if (closed) {
      return;
    }
    closed = true;
    if (!starting) {
      listener.onClose(status, text);
      return;
    }
    Runnable before = early;
    early =
        () -> {
          if (before != null) {
            before.run();
          }
          listener.onClose(status, text);
        };
  }

  /** gRPC's mapping of HTTP statuses. */
  private static int ofHttp(int status) {
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
