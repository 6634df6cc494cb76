package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.LocalReply;
import org.jspecify.annotations.Nullable;

/** What a request's head must have before any filter sees it; normalises its path. */
final class RequestChecks {
  private static final byte[] NO_BODY = {};

  private RequestChecks() {}

  /** Null when the request may go on; its path is normalised then. */
  static @Nullable LocalReply refusal(
      HcmWorker hcm, HeaderMap headers, boolean connect, boolean grpc) {
    if (!headers.contains(HeaderName.AUTHORITY)) {
      return LocalReply.of(400, "", "missing_host_header");
    }
    int path = headers.find(HeaderName.PATH);
    if (path < 0 && connect) {
      return null;
    }
    if (path < 0 || headers.valueLength(path) == 0) {
      return LocalReply.of(404, "", "missing_path_rejected");
    }
    if (headers.bytes()[headers.valueStart(path)] != '/') {
      hcm.stats.rqNonRelativePath.inc();
      return LocalReply.of(404, "", "absolute_path_rejected");
    }
    return switch (hcm.config.paths().apply(headers)) {
      case GO_ON -> null;
      case REJECT -> {
        hcm.stats.rqFailedPathNormalization.inc();
        yield LocalReply.of(400, "", "path_normalization_failed");
      }
      case REDIRECT -> redirectToNormalizedPath(hcm, headers, grpc);
    };
  }

  private static LocalReply redirectToNormalizedPath(
      HcmWorker hcm, HeaderMap headers, boolean grpc) {
    if (grpc) {
      // gRPC clients cannot follow redirects.
      hcm.stats.rqFailedPathNormalization.inc();
      return new LocalReply(400, NO_BODY, null, 13, "path_normalization_failed");
    }
    hcm.stats.rqRedirectedWithNormalizedPath.inc();
    String path = headers.get(HeaderName.PATH);
    return new LocalReply(
        307,
        NO_BODY,
        response -> response.set(HeaderName.LOCATION, path == null ? "/" : path),
        null,
        "path_normalization_failed");
  }
}
