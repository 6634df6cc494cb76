package io.weir.proxy.router;

import io.weir.filter.StreamInfo;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.HeaderChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies of a request for other clusters; nobody waits for the answers. */
final class Mirrors {
  private final RouterWorker router;
  private final List<MirrorPolicy> policies;
  private final HeaderMap headers;
  private final StreamInfo info;

  private Mirrors(
      RouterWorker router, List<MirrorPolicy> policies, HeaderMap headers, StreamInfo info) {
    this.router = router;
    this.policies = policies;
    this.headers = headers;
    this.info = info;
  }

  /** The mirrors of this request, or null when there are none this time. */
  static @Nullable Mirrors choose(
      ForwardAction action, HeaderMap headers, StreamInfo info, RouterWorker router) {
    List<MirrorPolicy> chosen = new ArrayList<>(action.mirrors().size());
    for (MirrorPolicy policy : action.mirrors()) {
      if (policy.fraction() == null
          || policy.fraction().hits(router.worker().random().nextLong())) {
        chosen.add(policy);
      }
    }
    return chosen.isEmpty() ? null : new Mirrors(router, chosen, headers.copy(), info);
  }

  void send(@Nullable Buffer body, @Nullable HeaderMap trailers, long timeoutMillis) {
    byte[] bytes = body == null ? null : body.toByteArray();
    for (MirrorPolicy policy : policies) {
      String cluster =
          policy.clusterHeader() == null ? policy.cluster() : headers.get(policy.clusterHeader());
      if (cluster == null || router.cluster(cluster) == null) {
        continue;
      }
      HeaderMap copy = headers.copy();
      if (policy.host() != null) {
        copy.set(HeaderName.AUTHORITY, policy.host());
      } else if (policy.shadowSuffix()) {
        markHost(copy);
      }
      if (!policy.changes().isEmpty()) {
        FormatContext context = FormatContext.ofStream(headers, null, info);
        for (HeaderChange change : policy.changes()) {
          change.apply(copy, context);
        }
      }
      HeaderMap trailersCopy = trailers == null ? null : trailers.copy();
      router
          .clusters()
          .call(
              cluster,
              copy,
              bytes,
              trailersCopy,
              new CallOptions(timeoutMillis, true, 0, -1),
              NOBODY);
    }
  }

  /** {@code host:port} becomes {@code host-shadow:port}. */
  private static void markHost(HeaderMap headers) {
    String host = headers.get(HeaderName.AUTHORITY);
    if (host == null || host.isEmpty()) {
      return;
    }
    int colon = host.lastIndexOf(':');
    boolean port = colon > host.lastIndexOf(']');
    headers.set(
        HeaderName.AUTHORITY,
        port ? host.substring(0, colon) + "-shadow" + host.substring(colon) : host + "-shadow");
  }

  private static final HttpCallListener NOBODY =
      new HttpCallListener() {
        @Override
        public void onResponse(
            HeaderMap responseHeaders, Buffer body, @Nullable HeaderMap responseTrailers) {}

        @Override
        public void onFailure(StreamResetReason reason) {}
      };
}
