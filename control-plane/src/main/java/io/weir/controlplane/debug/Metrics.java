package io.weir.controlplane.debug;

import io.weir.controlplane.ads.AdsServer;
import io.weir.controlplane.ads.ConnectionStatus;
import io.weir.controlplane.config.ConfigStore;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import java.util.Map;
import java.util.TreeMap;

/** Metrics in Prometheus' text format; Istio's names where they mean the same. */
final class Metrics {

  private static final Map<ResourceType, String> SHORT =
      Map.of(
          ResourceType.CLUSTER, "cds",
          ResourceType.ENDPOINT, "eds",
          ResourceType.LISTENER, "lds",
          ResourceType.ROUTE, "rds",
          ResourceType.SECRET, "sds",
          ResourceType.EXTENSION_CONFIG, "ecds");

  private final ConfigStore store;
  private final AdsServer ads;
  private final StringBuilder out = new StringBuilder();

  Metrics(ConfigStore store, AdsServer ads) {
    this.store = store;
    this.ads = ads;
  }

  String text() {
    gauge(
        "pilot_xds",
        "Number of endpoints connected to this pilot using XDS.",
        ads.connectionCount());
    gauge(
        "pilot_services",
        "Total services known to pilot.",
        ads.context().registry().services().size());
    gauge(
        "weir_config_revision",
        "Revision of the configuration store.",
        store.snapshot().revision());
    gauge(
        "weir_config_errors",
        "Problems that stand in the configuration.",
        store.problems().stream().filter(p -> !p.warning()).count());
    gauge(
        "weir_config_warnings",
        "Warnings about the configuration.",
        store.problems().stream().filter(Problem::warning).count());
    head("weir_configs", "gauge", "Resources in the configuration store.");
    Map<String, Long> kinds = new TreeMap<>();
    store
        .snapshot()
        .all()
        .keySet()
        .forEach(key -> kinds.merge(key.kind().kindName(), 1L, Long::sum));
    kinds.forEach((kind, count) -> line("weir_configs", "kind=\"" + kind + "\"", count));
    head("pilot_xds_pushes", "counter", "Pilot build and send errors for lds, rds, cds and eds.");
    ads.responses()
        .forEach(
            (type, count) -> {
              if (SHORT.containsKey(type)) {
                line("pilot_xds_pushes", "type=\"" + SHORT.get(type) + "\"", count);
              }
            });
    head("weir_generations_total", "counter", "How often the resources of a proxy were generated.");
    line("weir_generations_total", "", ads.generations());
    rejected();
    return out.toString();
  }

  private void rejected() {
    head("pilot_total_xds_rejects", "gauge", "Types that a connected proxy refuses now.");
    long rejects = 0;
    for (ConnectionStatus status : ads.status()) {
      rejects += status.types().stream().filter(type -> type.lastError() != null).count();
    }
    line("pilot_total_xds_rejects", "", rejects);
  }

  private void gauge(String name, String help, long value) {
    head(name, "gauge", help);
    line(name, "", value);
  }

  private void head(String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, String labels, long value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }
}
