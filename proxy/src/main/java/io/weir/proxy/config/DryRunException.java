package io.weir.proxy.config;

import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Something that needs the network and so does not happen while configuration is only checked. */
final class DryRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DryRunException(String message) {
    super(message, null, false, false);
  }

  /** In place of what only an event loop has. */
  static DryRunException needsWorker() {
    return new DryRunException("a dry run has no workers");
  }

  /** In place of a fetch. */
  static CompletionStage<byte[]> fetch(RemoteDataSource source) {
    return CompletableFuture.failedStage(
        new DryRunException(
            "fetching " + source.getHttpUri().getUri() + " is not done in a dry run"));
  }
}
