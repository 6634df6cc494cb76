package io.weir.wasm.context;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.MapType;
import io.weir.wasm.abi.WasmResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A root context's HTTP calls. Each token gets one callback, or none when the call could not be
 * sent or the root has ended. Calls made before the VM has a worker wait for it.
 */
final class HttpCalls {
  private static final byte[] RESET = "reset".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_TEXT = {};
  private static final int EARLY_MILLIS = 20;
  private static final int EARLY_TRIES = 250;
  private static final int MAX_OPEN = 4096;

  private final WasmVm vm;
  private final RootContext root;
  private final Map<Integer, Pending> open = new HashMap<>();
  private final List<Pending> early = new ArrayList<>();
  private @Nullable HeaderMap responseHeaders;
  private @Nullable HeaderMap responseTrailers;
  private @Nullable Buffer responseBody;

  HttpCalls(WasmVm vm, RootContext root) {
    this.vm = vm;
    this.root = root;
  }

  /** One call under way. */
  private final class Pending implements HttpCallListener {
    final int token;
    final String cluster;
    final HeaderMap headers;
    final byte[] body;
    final HeaderMap trailers;
    final int timeoutMillis;
    @Nullable HttpCall call;
    boolean sending;
    boolean finished;

    Pending(String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeout) {
      this.token = vm.newToken(0);
      this.cluster = cluster;
      this.headers = headers;
      this.body = body;
      this.trailers = trailers;
      this.timeoutMillis = timeout;
    }

    /** Whether the call is on its way; a call that fails at once never was. */
    boolean send(Worker worker) {
      sending = true;
      call =
          worker
              .clusters()
              .call(
                  cluster,
                  headers,
                  body.length == 0 ? null : body,
                  trailers.isEmpty() ? null : trailers,
                  CallOptions.timeout(timeoutMillis),
                  this);
      sending = false;
      return call != null && !finished;
    }

    @Override
    public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
      if (finish()) {
        deliver(token, headers, body, trailers);
      }
    }

    @Override
    public void onFailure(StreamResetReason reason) {
      if (finish()) {
        root.setStatus(WasmResult.BROKEN_CONNECTION, RESET);
        deliver(token, null, null, null);
        root.setStatus(WasmResult.BROKEN_CONNECTION, NO_TEXT);
      }
    }

    private boolean finish() {
      if (finished) {
        return false;
      }
      finished = true;
      return open.remove(token) != null && !sending;
    }
  }

  int start(String cluster, HeaderMap headers, byte[] body, HeaderMap trailers, int timeout) {
    Worker worker = vm.worker();
    if (worker != null && !worker.clusters().hasCluster(cluster)) {
      return -WasmResult.BAD_ARGUMENT;
    }
    if (!headers.contains(HeaderName.PATH)
        || !headers.contains(HeaderName.METHOD)
        || !headers.contains(HeaderName.AUTHORITY)) {
      return -WasmResult.BAD_ARGUMENT;
    }
    if (open.size() >= MAX_OPEN) {
      return -WasmResult.INTERNAL_FAILURE;
    }
    if (body.length > 0) {
      headers.set(HeaderName.CONTENT_LENGTH, body.length);
    }
    var pending = new Pending(cluster, headers, body, trailers, timeout);
    open.put(pending.token, pending);
    if (worker == null) {
      early.add(pending);
    } else if (!pending.send(worker)) {
      open.remove(pending.token);
      return -WasmResult.INTERNAL_FAILURE;
    }
    return pending.token;
  }

  /** Sends what the guest asked for while it was started. */
  void adopt(Worker worker) {
    sendEarly(worker, EARLY_TRIES);
  }

  /** While the proxy starts, a worker may get the VM before it gets its clusters. */
  private void sendEarly(Worker worker, int tries) {
    for (Pending pending : List.copyOf(early)) {
      if (tries > 0 && !worker.clusters().hasCluster(pending.cluster)) {
        continue;
      }
      early.remove(pending);
      if (!pending.send(worker) && open.remove(pending.token) != null) {
        deliver(pending.token, null, null, null);
      }
    }
    if (!early.isEmpty()) {
      worker.newTimer(() -> sendEarly(worker, tries - 1)).arm(EARLY_MILLIS);
    }
  }

  private void deliver(
      int token, @Nullable HeaderMap headers, @Nullable Buffer body, @Nullable HeaderMap trailers) {
    if (root.ended() || vm.failed()) {
      return;
    }
    responseHeaders = headers;
    responseBody = body;
    responseTrailers = trailers;
    vm.call(
        Callback.HTTP_CALL_RESPONSE,
        root,
        root.id(),
        token,
        headers == null ? 0 : headers.size(),
        body == null ? 0 : (int) body.length(),
        trailers == null ? 0 : trailers.size());
    responseHeaders = null;
    responseBody = null;
    responseTrailers = null;
  }

  /** Whether a call is under way. */
  boolean pending() {
    return !open.isEmpty();
  }

  void cancelAll() {
    for (Pending pending : List.copyOf(open.values())) {
      pending.finished = true;
      if (pending.call != null) {
        pending.call.cancel();
      }
    }
    open.clear();
    early.clear();
  }

  @Nullable HeaderMap map(int type) {
    return switch (type) {
      case MapType.CALL_HEADERS -> responseHeaders;
      case MapType.CALL_TRAILERS -> responseTrailers;
      default -> null;
    };
  }

  /** −1 outside a response's callback. */
  long bodyLength() {
    return responseBody == null ? -1 : responseBody.length();
  }

  void copyBody(long index, byte[] target, int offset, int length) {
    if (responseBody != null) {
      responseBody.copyTo(index, target, offset, length);
    }
  }
}
