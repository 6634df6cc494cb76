package io.weir.proxy.filter;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc.RateLimitServiceImplBase;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A rate limit service that does what the first descriptor's first value says. */
final class ScriptedRateLimits extends RateLimitServiceImplBase {
  final Queue<RateLimitRequest> seen = new ConcurrentLinkedQueue<>();

  @Override
  public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> answers) {
    seen.add(request);
    String who = request.getDescriptors(0).getEntries(0).getValue();
    if (who.equals("broken")) {
      answers.onError(Status.INTERNAL.asRuntimeException());
      return;
    }
    boolean over = who.equals("greedy");
    var response =
        RateLimitResponse.newBuilder()
            .setOverallCode(over ? RateLimitResponse.Code.OVER_LIMIT : RateLimitResponse.Code.OK)
            .addResponseHeadersToAdd(HeaderValue.newBuilder().setKey("x-told").setValue(who))
            .addRequestHeadersToAdd(HeaderValue.newBuilder().setKey("x-counted").setValue("1"));
    response
        .addStatusesBuilder()
        .setLimitRemaining(over ? 0 : 4)
        .getCurrentLimitBuilder()
        .setRequestsPerUnit(5)
        .setUnit(RateLimitResponse.RateLimit.Unit.MINUTE);
    answers.onNext(response.build());
    answers.onCompleted();
  }
}
