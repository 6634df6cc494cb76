package io.weir.proxy.admin;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.Options;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.config.Version;
import io.weir.xds.codec.ProtoWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /server_info}: {@code envoy.admin.v3.ServerInfo} with all fields, defaults included. */
final class ServerInfoEndpoint implements AdminEndpoint {
  private final ConfigHome home;
  private final Options options;
  private final ServerState state;

  ServerInfoEndpoint(ConfigHome home, Options options, ServerState state) {
    this.home = home;
    this.options = options;
    this.state = state;
  }

  @Override
  public String path() {
    return "/server_info";
  }

  @Override
  public String help() {
    return "print server version/status information";
  }

  @Override
  public AdminResponse handle(AdminRequest request) {
    Map<String, Object> info = new LinkedHashMap<>();
    String uptime = state.uptime().toSeconds() + "s";
    info.put("version", Version.text());
    info.put("state", state.phase().name());
    info.put("uptime_current_epoch", uptime);
    info.put("uptime_all_epochs", uptime);
    info.put("hot_restart_version", "disabled");
    info.put("command_line_options", commandLine());
    info.put("node", node());
    info.put("hot_restart_initializing", false);
    return AdminResponse.json(Json.pretty(info));
  }

  private Map<String, Object> commandLine() {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("base_id", "0");
    line.put("base_id_path", "");
    line.put("concurrency", options.concurrency());
    line.put("config_path", options.configPath() == null ? "" : options.configPath().toString());
    line.put("config_yaml", options.configYaml());
    line.put("allow_unknown_static_fields", false);
    line.put("reject_unknown_dynamic_fields", true);
    line.put("ignore_unknown_dynamic_fields", false);
    line.put(
        "admin_address_path",
        options.adminAddressPath() == null ? "" : options.adminAddressPath().toString());
    line.put("local_address_ip_version", "v4");
    line.put("log_level", options.logLevel());
    line.put("component_log_level", options.componentLogLevel());
    line.put("service_cluster", options.serviceCluster());
    line.put("service_node", options.serviceNode());
    line.put("service_zone", options.serviceZone());
    line.put("file_flush_interval", seconds(options.fileFlushMillis()));
    line.put("drain_time", options.drainSeconds() + "s");
    line.put("parent_shutdown_time", options.parentShutdownSeconds() + "s");
    line.put("mode", options.mode().envoyName());
    line.put("disable_hot_restart", true);
    line.put("restart_epoch", 0);
    line.put("drain_strategy", options.drainImmediately() ? "Immediate" : "Gradual");
    line.put("disabled_extensions", List.of());
    line.put("stats_tag", List.of());
    return line;
  }

  private static String seconds(long millis) {
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis / 1000.0 + "s";
  }

  private Map<String, Object> node() {
    Node node = home.node();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", node.getId());
    shown.put("cluster", node.getCluster());
    if (node.hasMetadata()) {
      shown.put("metadata", Json.of(ProtoWriter.toTree(node.getMetadata())));
    }
    shown.put("dynamic_parameters", Map.of());
    if (node.hasLocality()) {
      Map<String, Object> locality = new LinkedHashMap<>();
      locality.put("region", node.getLocality().getRegion());
      locality.put("zone", node.getLocality().getZone());
      locality.put("sub_zone", node.getLocality().getSubZone());
      shown.put("locality", locality);
    }
    shown.put("user_agent_name", node.getUserAgentName());
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("major_number", Version.MAJOR);
    version.put("minor_number", Version.MINOR);
    version.put("patch", Version.PATCH);
    Map<String, Object> build = new LinkedHashMap<>();
    build.put("version", version);
    build.put("metadata", Map.of("build.type", "RELEASE"));
    shown.put("user_agent_build_version", build);
    shown.put("extensions", extensions());
    shown.put("client_features", List.of());
    shown.put("listening_addresses", List.of());
    return shown;
  }

  private List<Object> extensions() {
    List<Object> extensions = new ArrayList<>();
    home.registry()
        .catalogue()
        .forEach(
            (category, factories) ->
                factories.forEach(factory -> extensions.add(extension(category, factory))));
    return extensions;
  }

  private static Object extension(ExtensionCategory category, ExtensionFactory factory) {
    Map<String, Object> extension = new LinkedHashMap<>();
    extension.put("name", factory.name());
    extension.put("category", category.envoyName());
    extension.put("type_descriptor", "");
    extension.put("disabled", false);
    extension.put("type_urls", factory.configTypes());
    return extension;
  }
}
