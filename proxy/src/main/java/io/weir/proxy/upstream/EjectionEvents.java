package io.weir.proxy.upstream;

import io.weir.proxy.cluster.Host;
import java.util.Locale;

/**
 * Writes ejections, as {@code envoy.data.cluster.v3.OutlierDetectionEvent} in JSON. Used on the
 * control thread.
 */
record EjectionEvents(EventLog log, String cluster) {

  /**
   * @param sinceMillis since the last action on the host, negative when there was none
   * @param rates what the comparison of hosts says, empty for failures in a row
   */
  void ejected(
      Host host, EjectionKind kind, int count, boolean enforced, long sinceMillis, String rates) {
    StringBuilder json = begin(host, kind, "EJECT", count, enforced, sinceMillis);
    String event =
        switch (kind) {
          case SUCCESS_RATE, LOCAL_ORIGIN_SUCCESS_RATE -> "eject_success_rate_event";
          case FAILURE_PERCENTAGE, LOCAL_ORIGIN_FAILURE_PERCENTAGE ->
              "eject_failure_percentage_event";
          default -> "eject_consecutive_event";
        };
    log.write(json.append(",\"").append(event).append("\":{").append(rates).append("}}"));
  }

  void unejected(Host host, EjectionKind kind, int count, long sinceMillis) {
    log.write(begin(host, kind, "UNEJECT", count, false, sinceMillis).append('}'));
  }

  private StringBuilder begin(
      Host host, EjectionKind kind, String action, int count, boolean enforced, long sinceMillis) {
    StringBuilder json = EventLog.begin();
    EventLog.text(json, "type", kind.name().toUpperCase(Locale.ROOT));
    EventLog.text(json, "cluster_name", cluster);
    EventLog.text(json, "upstream_url", host.addressText());
    EventLog.text(json, "action", action);
    json.append(",\"num_ejections\":").append(count).append(",\"enforced\":").append(enforced);
    if (sinceMillis >= 0) {
      json.append(",\"secs_since_last_action\":\"").append(sinceMillis / 1000).append('"');
    }
    return json;
  }
}
