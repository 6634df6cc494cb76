package io.weir.proxy.router;

import io.weir.filter.Worker;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.log.AccessLogConfig;
import io.weir.proxy.extension.HttpFilterSlot;
import java.util.List;

/**
 * The router's configuration. Immutable.
 *
 * @param dynamicStats whether response codes and times are counted
 * @param suppressEnvoyHeaders whether no {@code x-envoy-*} headers are added
 * @param strictCheckHeaders headers that must be well-formed
 * @param respectExpectedTimeout whether {@code x-envoy-expected-rq-timeout-ms} sets the timeout
 * @param upstreamLog loggers of upstream requests
 * @param upstreamFilters the chain of each try, for clusters that have none; may be empty
 */
record RouterConfig(
    boolean dynamicStats,
    boolean suppressEnvoyHeaders,
    List<HeaderName> strictCheckHeaders,
    boolean respectExpectedTimeout,
    boolean suppressGrpcFailureCodeStats,
    List<AccessLogConfig> upstreamLog,
    UpstreamLogOptions upstreamLogOptions,
    List<HttpFilterSlot> upstreamFilters,
    String statPrefix)
    implements HttpFilterConfig {

  RouterConfig {
    strictCheckHeaders = List.copyOf(strictCheckHeaders);
    upstreamLog = List.copyOf(upstreamLog);
    upstreamFilters = List.copyOf(upstreamFilters);
  }

  /**
   * {@code upstream_log_options}.
   *
   * @param flushIntervalMillis 0 for no lines while a try runs
   */
  record UpstreamLogOptions(boolean onUpstreamStream, long flushIntervalMillis) {}

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    return new RouterWorker(this, worker);
  }
}
