package io.weir.proxy.config;

import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.RemoteDataSource;
import io.weir.filter.Worker;
import io.weir.filter.WorkerSet;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Fetches {@code RemoteDataSource} through a cluster, on the first worker, with the retries that it
 * asks for, and checks the sha256. Waits some seconds for a cluster that is not there yet:
 * resources are loaded before the workers know the clusters of a bootstrap.
 */
final class RemoteFetcher implements LoadServices.Fetcher {
  private static final long FIRST_BACKOFF_MILLIS = 1000;
  private static final long LAST_BACKOFF_MILLIS = 10_000;
  private static final int MAX_BYTES = 256 << 20;
  private static final long CLUSTER_POLL_MILLIS = 20;
  private static final long CLUSTER_WAIT_MILLIS = 10_000;

  private final WorkerSet workers;

  RemoteFetcher(WorkerSet workers) {
    this.workers = workers;
  }

  @Override
  public CompletionStage<byte[]> fetch(RemoteDataSource source) {
    var result = new CompletableFuture<byte[]>();
    Worker worker = workers.get(0);
    worker.execute(() -> new Attempt(worker, source, result).start());
    return result;
  }

  /** One fetch with all its tries; lives on its worker. */
  private static final class Attempt implements HttpCallListener {
    private final Worker worker;
    private final RemoteDataSource source;
    private final CompletableFuture<byte[]> result;
    private final long lastBackoff;
    private long triesLeft;
    private long backoff;
    private long waitedMillis;

    Attempt(Worker worker, RemoteDataSource source, CompletableFuture<byte[]> result) {
      this.worker = worker;
      this.source = source;
      this.result = result;
      var retry = source.getRetryPolicy();
      this.triesLeft = retry.hasNumRetries() ? retry.getNumRetries().getValue() : 1;
      var interval = retry.getRetryBackOff();
      this.backoff =
          interval.hasBaseInterval() ? millis(interval.getBaseInterval()) : FIRST_BACKOFF_MILLIS;
      this.lastBackoff =
          interval.hasMaxInterval()
              ? millis(interval.getMaxInterval())
              : Math.max(LAST_BACKOFF_MILLIS, backoff);
    }

    private static long millis(com.google.protobuf.Duration duration) {
      return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
    }

    void start() {
      HttpUri uri = source.getHttpUri();
      URI target = URI.create(uri.getUri());
      String query = target.getRawQuery();
      String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
      var headers = new HeaderMap();
      headers.add(HeaderName.METHOD, "GET");
      headers.add(HeaderName.PATH, query == null ? path : path + "?" + query);
      headers.add(HeaderName.AUTHORITY, target.getRawAuthority());
      headers.add(HeaderName.SCHEME, target.getScheme() == null ? "http" : target.getScheme());
      var options = new CallOptions(millis(uri.getTimeout()), false, MAX_BYTES, -1);
      if (worker.clusters().call(uri.getCluster(), headers, null, null, options, this) == null) {
        awaitCluster(uri.getCluster());
      }
    }

    private void awaitCluster(String cluster) {
      if (waitedMillis < CLUSTER_WAIT_MILLIS) {
        waitedMillis += CLUSTER_POLL_MILLIS;
        worker.newTimer(this::start).arm(CLUSTER_POLL_MILLIS);
      } else {
        fail("there is no cluster " + cluster);
      }
    }

    @Override
    public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
      String status = headers.get(HeaderName.STATUS);
      if (!"200".equals(status)) {
        retry("status " + status);
        return;
      }
      byte[] bytes = body.toByteArray();
      String sha256 = sha256(bytes);
      if (!source.getSha256().isEmpty() && !sha256.equals(source.getSha256())) {
        retry("the sha256 is " + sha256 + " and not " + source.getSha256());
      } else {
        result.complete(bytes);
      }
    }

    @Override
    public void onFailure(StreamResetReason reason) {
      retry(reason.text());
    }

    private void retry(String reason) {
      if (triesLeft-- > 0) {
        worker.newTimer(this::start).arm(backoff);
        backoff = Math.min(backoff * 2, lastBackoff);
      } else {
        fail(reason);
      }
    }

    private void fail(String reason) {
      String uri = source.getHttpUri().getUri();
      result.completeExceptionally(new IOException("cannot fetch " + uri + ": " + reason));
    }

    private static String sha256(byte[] bytes) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }
  }
}
