package io.weir.proxy.upstream;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code http_health_check}. */
record HttpScript(
    HealthCheckSettings.Http settings, UpstreamCluster cluster, Host host, EventLoopWorker worker)
    implements HttpProbe.Script {
  private static final HeaderName CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");
  private static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");
  private static final HeaderName IMMEDIATE = HeaderName.of("x-envoy-immediate-health-check-fail");

  @Override
  public HeaderMap headers() {
    var headers = new HeaderMap();
    headers.add(HeaderName.METHOD, settings.method());
    headers.add(HeaderName.AUTHORITY, authority(settings.host(), host, cluster));
    headers.add(HeaderName.PATH, settings.path());
    headers.add(
        HeaderName.SCHEME, cluster.transports().of(host.metadata()) == null ? "http" : "https");
    headers.add(HeaderName.USER_AGENT, "Envoy/HC");
    if (settings.send().length > 0) {
      headers.set(HeaderName.CONTENT_LENGTH, settings.send().length);
    }
    settings
        .headers()
        .apply(headers, FormatContext.ofStream(headers, null, new ProbeInfo(worker, host)));
    return headers;
  }

  /** The name of the host to ask for: the host's own, the configured one, or the cluster's. */
  static String authority(String configured, Host host, UpstreamCluster cluster) {
    if (!host.endpoint().healthCheckHostname().isEmpty()) {
      return host.endpoint().healthCheckHostname();
    }
    return configured.isEmpty() ? cluster.name() : configured;
  }

  @Override
  public byte[] body() {
    return settings.send();
  }

  @Override
  public boolean http2() {
    return settings.http2();
  }

  @Override
  public int bodyLimit() {
    return settings.receive().isEmpty() ? 0 : settings.bodyLimit();
  }

  @Override
  public void judge(
      HeaderMap headers, byte[] body, @Nullable HeaderMap trailers, HealthProbe.Outcome outcome) {
    if (headers.contains(IMMEDIATE)) {
      outcome.onExclusion();
    }
    if (settings.serviceName() != null) {
      outcome.onNameChecked();
    }
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (!contains(settings.expected(), status)) {
      outcome.onFailure(
          contains(settings.retriable(), status)
              ? HealthProbe.Outcome.Failure.RETRIABLE
              : HealthProbe.Outcome.Failure.ACTIVE,
          status);
    } else if (!serviceMatches(headers) || !TcpProbe.matches(body, settings.receive())) {
      outcome.onFailure(HealthProbe.Outcome.Failure.ACTIVE, status);
    } else {
      outcome.onSuccess(headers.contains(DEGRADED));
    }
  }

  private boolean serviceMatches(HeaderMap headers) {
    if (settings.serviceName() == null) {
      return true;
    }
    String name = headers.get(CHECKED_CLUSTER);
    return settings.serviceName().matches(name == null ? "" : name);
  }

  private static boolean contains(List<HealthCheckSettings.StatusRange> ranges, int status) {
    for (HealthCheckSettings.StatusRange range : ranges) {
      if (range.contains(status)) {
        return true;
      }
    }
    return false;
  }
}
