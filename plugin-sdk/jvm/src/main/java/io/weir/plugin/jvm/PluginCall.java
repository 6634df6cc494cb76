package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.grpc.GrpcListener;
import io.weir.filter.grpc.GrpcStream;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.ClusterClient;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcReply;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of a plugin to a cluster. Failures are replies, as in a wasm module. */
sealed interface PluginCall {

  /** Nobody waits any more. */
  void cancel();

  /**
   * Sends a request.
   *
   * @param then called at once when the cluster does not exist
   */
  static PluginCall send(ClusterClient clusters, Call request, Consumer<CallReply> then) {
    return Http.send(clusters, request, then);
  }

  /**
   * Sends a gRPC request.
   *
   * @param then called at once when the cluster does not exist
   */
  static PluginCall send(Worker worker, GrpcCall request, Consumer<GrpcReply> then) {
    var metadata = new HeaderMap();
    addAll(metadata, request.metadata());
    var stream = new GrpcStream(worker, true, new Replies(then));
    boolean open =
        stream.open(
            request.cluster(),
            GrpcStream.head(
                request.cluster(),
                request.service(),
                request.method(),
                metadata,
                request.timeoutMillis()),
            request.message(),
            request.timeoutMillis());
    if (!open) {
      then.accept(new GrpcReply(GrpcReply.UNAVAILABLE, "no such cluster", new byte[0]));
    }
    return new Grpc(stream);
  }

  private static void addAll(HeaderMap headers, String... pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], WireText.wire(pairs[i + 1]));
    }
  }

  /** A gRPC call under way. */
  record Grpc(GrpcStream stream) implements PluginCall {
    @Override
    public void cancel() {
      stream.reset();
    }
  }

  /** Makes a reply of a gRPC call's end. */
  record Replies(Consumer<GrpcReply> then) implements GrpcListener {
    @Override
    public void onSuccess(byte[] message) {
      then.accept(new GrpcReply(0, "", message));
    }

    @Override
    public void onClose(int status, String text) {
      then.accept(new GrpcReply(status, text, new byte[0]));
    }
  }

  /** An HTTP call under way. */
  final class Http implements PluginCall, HttpCallListener {
    private static final Reply NONE = new Reply(0, null, "");

    private final Consumer<CallReply> then;
    private @Nullable HttpCall call;

    private record Reply(int status, @Nullable HeaderMap headers, String body)
        implements CallReply {
      @Override
      public @Nullable String header(String name) {
        String value = headers == null ? null : headers.get(HeaderName.of(name));
        return value == null ? null : WireText.text(value);
      }
    }

    private Http(Consumer<CallReply> then) {
      this.then = then;
    }

    static Http send(ClusterClient clusters, Call request, Consumer<CallReply> then) {
      var sent = new Http(then);
      var headers = new HeaderMap();
      addAll(headers, request.headers());
      byte[] body =
          request.body().isEmpty() ? null : request.body().getBytes(StandardCharsets.UTF_8);
      sent.call =
          clusters.call(
              request.cluster(),
              headers,
              body,
              null,
              CallOptions.timeout(request.timeoutMillis()),
              sent);
      if (sent.call == null) {
        then.accept(NONE);
      }
      return sent;
    }

    @Override
    public void cancel() {
      HttpCall running = call;
      if (running != null) {
        running.cancel();
      }
    }

    @Override
    public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
      call = null;
      String status = headers.get(HeaderName.STATUS);
      then.accept(
          new Reply(
              status == null ? 0 : Integer.parseInt(status),
              headers,
              new String(body.toByteArray(), StandardCharsets.UTF_8)));
    }

    @Override
    public void onFailure(StreamResetReason reason) {
      call = null;
      then.accept(NONE);
    }
  }
}
