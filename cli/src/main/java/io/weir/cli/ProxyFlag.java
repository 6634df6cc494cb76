package io.weir.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code weir proxy}: Envoy's own, and a few of ours. */
enum ProxyFlag {
  CONFIG_PATH("FILE", "The bootstrap.", "-c", "--config-path"),
  CONFIG_YAML("TEXT", "A bootstrap as text, merged over that of -c.", "--config-yaml"),
  CONCURRENCY("N", "The number of workers; one per core by default.", "--concurrency"),
  LOG_LEVEL("LEVEL", "trace, debug, info, warning, error, critical or off.", "-l", "--log-level"),
  COMPONENT_LOG_LEVEL("NAME:LEVEL,...", "Levels of single loggers.", "--component-log-level"),
  MODE("MODE", "serve, or validate: print all problems, open no socket.", "--mode"),
  SERVICE_NODE("ID", "node.id.", "--service-node"),
  SERVICE_CLUSTER("NAME", "node.cluster.", "--service-cluster"),
  SERVICE_ZONE("ZONE", "node.locality.zone.", "--service-zone"),
  DRAIN_TIME(
      "SECONDS",
      "How long drained connections have to end (600); also the limit of SIGTERM.",
      "--drain-time-s"),
  DRAIN_STRATEGY("STRATEGY", "gradual or immediate.", "--drain-strategy"),
  PARENT_SHUTDOWN_TIME("SECONDS", "", "--parent-shutdown-time-s"),
  FILE_FLUSH_INTERVAL("MILLIS", "How often access logs are flushed.", "--file-flush-interval-msec"),
  ADMIN_ADDRESS_PATH(
      "FILE",
      "Where to write the address of the administration interface.",
      "--admin-address-path"),
  PLUGIN_DIR("DIR", "Where dynamic modules find their jars.", "--plugin-dir"),
  COMPAT("MODE", "istio: accept Istio's telemetry-only filters without effect.", "--compat"),
  BASE_ID("N", "", "--base-id"),
  RESTART_EPOCH("N", "", "--restart-epoch"),
  LOG_FORMAT("FORMAT", "", "--log-format"),
  LOG_PATH("FILE", "", "--log-path"),
  LOCAL_ADDRESS_IP_VERSION("VERSION", "", "--local-address-ip-version"),
  DISABLE_HOT_RESTART(null, "", "--disable-hot-restart"),
  USE_DYNAMIC_BASE_ID(null, "", "--use-dynamic-base-id"),
  ENABLE_FINE_GRAIN_LOGGING(null, "", "--enable-fine-grain-logging");

  private final @Nullable String paramLabel;
  private final String description;
  private final List<String> names;

  /**
   * @param paramLabel null for an option without a value
   * @param description empty for one that is accepted without effect, which help does not list
   */
  ProxyFlag(@Nullable String paramLabel, String description, String... names) {
    this.paramLabel = paramLabel;
    this.description = description;
    this.names = List.of(names);
  }

  List<String> names() {
    return names;
  }

  String description() {
    return description;
  }

  @Nullable String paramLabel() {
    return paramLabel;
  }

  boolean takesValue() {
    return paramLabel != null;
  }

  static @Nullable ProxyFlag of(String name) {
    for (ProxyFlag flag : values()) {
      if (flag.names.contains(name)) {
        return flag;
      }
    }
    return null;
  }
}
