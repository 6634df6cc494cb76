package io.weir.proxy.router;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.log.AccessLogConfig;
import io.weir.proxy.accesslog.AccessLogs;
import io.weir.proxy.extension.FilterChainLoader;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.router}: the filter at the end of the chain, which forwards. */
public final class RouterFactory implements HttpFilterFactory {
  private static final Set<String> STRICT =
      Set.of(
          "x-envoy-upstream-rq-timeout-ms",
          "x-envoy-upstream-rq-per-try-timeout-ms",
          "x-envoy-max-retries",
          "x-envoy-retry-on",
          "x-envoy-retry-grpc-on");

  @Override
  public String name() {
    return "envoy.filters.http.router";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.router.v3.Router");
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  @SuppressWarnings("deprecation")
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Router router = context.unpack(config, Router.getDefaultInstance());
    if (router == null) {
      return null;
    }
    Problems problems = context.problems();
    int before = problems.count();
    for (int i = 0; i < router.getStrictCheckHeadersCount(); i++) {
      String header = router.getStrictCheckHeaders(i);
      if (!STRICT.contains(header)) {
        problems.add(
            "strict_check_headers[" + i + "]", "cannot check " + header, "one of " + STRICT);
      }
    }
    List<HttpFilterSlot> filters =
        context instanceof LoadContext load
            ? FilterChainLoader.load(
                router.getUpstreamHttpFiltersList(), "upstream_http_filters", load, true)
            : List.of();
    var logs = new ArrayList<AccessLogConfig>();
    for (int i = 0; i < router.getUpstreamLogCount(); i++) {
      AccessLogConfig log =
          context instanceof LoadContext load
              ? AccessLogs.load(router.getUpstreamLog(i), load.at("upstream_log[" + i + "]"))
              : null;
      if (log != null) {
        logs.add(log);
      }
    }
    if (problems.count() > before) {
      return null;
    }
    return new RouterConfig(
        !router.hasDynamicStats() || router.getDynamicStats().getValue(),
        router.getSuppressEnvoyHeaders(),
        router.getStrictCheckHeadersList().stream().map(HeaderName::of).toList(),
        router.getRespectExpectedRqTimeout(),
        router.getSuppressGrpcRequestFailureCodeStats(),
        logs,
        new RouterConfig.UpstreamLogOptions(
            router.getUpstreamLogOptions().getFlushUpstreamLogOnUpstreamStream(),
            Durations.millis(router.getUpstreamLogOptions().getUpstreamLogFlushInterval())),
        filters,
        context.statPrefix());
  }
}
