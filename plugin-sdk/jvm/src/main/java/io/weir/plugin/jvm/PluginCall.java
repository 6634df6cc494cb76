package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.ClusterClient;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One HTTP call of a plugin. Failures are replies of status 0, as in a wasm module. */
final class PluginCall implements HttpCallListener {
  private static final Reply NONE = new Reply(0, null, "");

  private final Consumer<CallReply> then;
  private @Nullable HttpCall call;

  private record Reply(int status, @Nullable HeaderMap headers, String body) implements CallReply {
    @Override
    public @Nullable String header(String name) {
      return headers == null ? null : headers.get(HeaderName.of(name));
    }
  }

  private PluginCall(Consumer<CallReply> then) {
    this.then = then;
  }

  /**
   * Sends a request.
   *
   * @param then called at once when the cluster does not exist
   */
  static PluginCall send(ClusterClient clusters, Call request, Consumer<CallReply> then) {
    var sent = new PluginCall(then);
    var headers = new HeaderMap();
    String[] pairs = request.headers();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    byte[] body = request.body().isEmpty() ? null : request.body().getBytes(StandardCharsets.UTF_8);
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

  /** Nobody waits any more. */
  void cancel() {
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
