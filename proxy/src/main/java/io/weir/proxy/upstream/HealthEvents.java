package io.weir.proxy.upstream;

import io.weir.filter.NodeInfo.Locality;
import io.weir.proxy.cluster.Host;
import java.util.List;

/**
 * Writes the events of active health checks, as {@code envoy.data.core.v3.HealthCheckEvent} in
 * JSON. Any thread.
 *
 * @param kind {@code HTTP}, {@code TCP} or {@code GRPC}
 * @param everyFailure whether failures are written that change nothing
 * @param everySuccess whether successes are written that change nothing
 */
record HealthEvents(
    List<EventLog> logs, String kind, String cluster, boolean everyFailure, boolean everySuccess) {

  void added(Host host, boolean firstCheck) {
    write(host, "\"add_healthy_event\":{\"first_check\":" + firstCheck + "}");
  }

  void succeeded(Host host) {
    if (everySuccess) {
      write(host, "\"successful_health_check_event\":{}");
    }
  }

  void ejected(Host host, HealthProbe.Outcome.Failure failure, int status) {
    write(host, "\"eject_unhealthy_event\":{" + reason(failure, status) + "}");
  }

  void failed(Host host, HealthProbe.Outcome.Failure failure, int status, boolean firstCheck) {
    if (everyFailure || firstCheck) {
      write(
          host,
          "\"health_check_failure_event\":{"
              + reason(failure, status)
              + ",\"first_check\":"
              + firstCheck
              + "}");
    }
  }

  void degraded(Host host, boolean now) {
    write(host, now ? "\"degraded_healthy_host\":{}" : "\"no_longer_degraded_host\":{}");
  }

  private static String reason(HealthProbe.Outcome.Failure failure, int status) {
    String type =
        switch (failure) {
          case ACTIVE, RETRIABLE -> "ACTIVE";
          case NETWORK -> "NETWORK";
          case TIMEOUT -> "NETWORK_TIMEOUT";
        };
    String text = "\"failure_type\":\"" + type + "\"";
    return status > 0 ? text + ",\"http_status_code\":" + status : text;
  }

  private void write(Host host, String event) {
    StringBuilder json = EventLog.begin();
    EventLog.text(json, "health_checker_type", kind);
    EventLog.address(json, host.address());
    EventLog.text(json, "cluster_name", cluster);
    Locality where = host.locality();
    json.append(",\"locality\":{\"region\":\"")
        .append(where.region())
        .append("\",\"zone\":\"")
        .append(where.zone())
        .append("\",\"sub_zone\":\"")
        .append(where.subZone())
        .append("\"},")
        .append(event)
        .append('}');
    String line = json.toString();
    logs.forEach(log -> log.write(new StringBuilder(line)));
  }
}
