package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.HttpCall;
import io.weir.proxy.filter.grpc.GrpcCall;
import io.weir.proxy.filter.grpc.GrpcCallListener;
import io.weir.proxy.filter.grpc.GrpcTarget;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A service over gRPC ({@code envoy.service.auth.v3.Authorization}).
 *
 * @param allowed request headers that the service gets; empty for all
 * @param disallowed request headers that it never gets
 * @param metadata which metadata goes along
 * @param packAsBytes whether the body goes as bytes, not as text
 * @param rawHeaders whether every header goes by itself, as bytes
 * @param certificate whether the client's certificate goes along
 * @param tlsSession whether the server name goes along
 * @param labels of the destination
 */
record GrpcAuthz(
    GrpcTarget target,
    HeaderNames allowed,
    HeaderNames disallowed,
    MetadataContext metadata,
    boolean packAsBytes,
    boolean rawHeaders,
    boolean certificate,
    boolean tlsSession,
    Map<String, String> labels)
    implements AuthzService {

  /** Namespaces of the stream's and the route's metadata. */
  record MetadataContext(
      List<String> stream, List<String> typed, List<String> route, List<String> routeTyped) {}

  @Override
  public HttpCall ask(Question question, Consumer<Verdict> verdict) {
    var listener = new Listener(verdict);
    GrpcCall call =
        GrpcCall.unary(
            question.callbacks().worker(),
            target,
            CheckMessages.METHOD,
            CheckMessages.request(this, question),
            new GrpcCall.Parent(
                question.callbacks().streamId(),
                question.request(),
                question.callbacks().streamInfo()),
            listener);
    return call::cancel;
  }

  private static final class Listener implements GrpcCallListener {
    private final Consumer<Verdict> verdict;
    private byte @Nullable [] answer;

    Listener(Consumer<Verdict> verdict) {
      this.verdict = verdict;
    }

    @Override
    public void onMessage(byte[] message) {
      answer = message;
    }

    @Override
    public void onClose(int status, String message) {
      byte[] said = status == GrpcCall.OK ? answer : null;
      verdict.accept(said == null ? new Verdict.Failed() : CheckMessages.verdict(said));
    }
  }
}
