package io.weir.proxy.filter;

import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc.AuthorizationImplBase;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An authorization service that does what {@code x-who} says. */
final class ScriptedAuthorization extends AuthorizationImplBase {
  final Queue<CheckRequest> seen = new ConcurrentLinkedQueue<>();

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> answers) {
    seen.add(request);
    var http = request.getAttributes().getRequest().getHttp();
    var response = CheckResponse.newBuilder();
    switch (http.getHeadersOrDefault("x-who", "")) {
      case "friend" ->
          response
              .getOkResponseBuilder()
              .addHeaders(header("x-user", "friend"))
              .addHeadersToRemove("x-secret")
              .addResponseHeadersToAdd(header("x-told", "welcome"));
      case "stranger" -> {
        response.getStatusBuilder().setCode(Code.PERMISSION_DENIED_VALUE);
        response
            .getDeniedResponseBuilder()
            .setBody("who are you")
            .addHeaders(header("x-told", "no"))
            .getStatusBuilder()
            .setCode(StatusCode.Unauthorized);
      }
      default -> {
        answers.onError(Status.INTERNAL.asRuntimeException());
        return;
      }
    }
    answers.onNext(response.build());
    answers.onCompleted();
  }

  private static HeaderValueOption header(String name, String value) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .build();
  }
}
