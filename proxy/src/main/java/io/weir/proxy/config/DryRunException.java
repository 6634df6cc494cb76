package io.weir.proxy.config;

import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Something that needs the network and so does not happen while configuration is only checked. */
final class DryRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DryRunException(String what) {
    super(what + " is not done in a dry run", null, false, false);
  }

  /** In place of a fetch. */
  static CompletionStage<byte[]> fetch(RemoteDataSource source) {
    return CompletableFuture.failedStage(
        new DryRunException("fetching " + source.getHttpUri().getUri()));
  }
}
