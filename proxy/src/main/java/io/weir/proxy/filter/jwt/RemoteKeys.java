package io.weir.proxy.filter.jwt;

import io.weir.filter.Counter;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keys of a server, fetched by each worker when it needs them and kept for some time. */
final class RemoteKeys implements KeySource {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MAX_BYTES = 1 << 20;

  private final URI uri;
  private final String cluster;
  private final long timeoutMillis;
  private final long cacheMillis;
  private final long retries;
  private final String statPrefix;
  private final WorkerLocal<Cache> caches = new WorkerLocal<>(Cache::new);

  RemoteKeys(
      URI uri,
      String cluster,
      long timeoutMillis,
      long cacheMillis,
      long retries,
      String statPrefix) {
    this.uri = uri;
    this.cluster = cluster;
    this.timeoutMillis = timeoutMillis;
    this.cacheMillis = cacheMillis;
    this.retries = retries;
    this.statPrefix = statPrefix;
  }

  @Override
  public void get(Worker worker, Consumer<@Nullable JsonWebKeys> use) {
    worker.local(caches).get(use);
  }

  /** Fetches before the first request asks. */
  void prefetch(Worker worker) {
    worker.local(caches).get(_ -> {});
  }

  /** One worker's keys, and those who wait for them. */
  private final class Cache implements HttpCallListener {
    private final Worker worker;
    private final Counter fetched;
    private final Counter failed;
    private final List<Consumer<@Nullable JsonWebKeys>> waiting = new ArrayList<>();
    private @Nullable JsonWebKeys keys;
    private long expires;
    private long triesLeft;

    Cache(Worker worker) {
      this.worker = worker;
      this.fetched = worker.stats().counter(statPrefix, "jwks_fetch_success");
      this.failed = worker.stats().counter(statPrefix, "jwks_fetch_failed");
    }

    void get(Consumer<@Nullable JsonWebKeys> use) {
      if (keys != null && worker.nanoTime() - expires < 0) {
        use.accept(keys);
        return;
      }
      waiting.add(use);
      if (waiting.size() == 1) {
        triesLeft = retries;
        fetch();
      }
    }

    private void fetch() {
      String query = uri.getRawQuery();
      String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
      var headers = new HeaderMap();
      headers.add(HeaderName.METHOD, "GET");
      headers.add(HeaderName.PATH, query == null ? path : path + "?" + query);
      headers.add(HeaderName.AUTHORITY, uri.getRawAuthority());
      headers.add(HeaderName.SCHEME, uri.getScheme() == null ? "http" : uri.getScheme());
      var options = new CallOptions(timeoutMillis, true, MAX_BYTES, -1);
      if (worker.clusters().call(cluster, headers, null, null, options, this) == null) {
        finish(null);
      }
    }

    @Override
    public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
      if (!headers.valueEquals(HeaderName.STATUS, "200")) {
        retry();
        return;
      }
      try {
        finish(JsonWebKeys.parse(body.toText()));
      } catch (IllegalArgumentException e) {
        retry();
      }
    }

    @Override
    public void onFailure(StreamResetReason reason) {
      retry();
    }

    private void retry() {
      if (triesLeft-- > 0) {
        fetch();
      } else {
        finish(null);
      }
    }

    private void finish(@Nullable JsonWebKeys fresh) {
      (fresh == null ? failed : fetched).inc();
      if (fresh != null) {
        keys = fresh;
        expires = worker.nanoTime() + cacheMillis * NANOS_PER_MILLI;
      }
      List<Consumer<@Nullable JsonWebKeys>> told = List.copyOf(waiting);
      waiting.clear();
      told.forEach(use -> use.accept(fresh));
    }
  }
}
