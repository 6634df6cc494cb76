package io.weir.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.DynamicResources;
import io.weir.proxy.config.ResourceStore;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ResourceType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /config_dump}: everything in use, warming or refused, as Envoy's admin messages. */
final class ConfigDumpEndpoint implements AdminEndpoint {
  private final ConfigHome home;
  private final ControlThread control;
  private final EndpointDump endpoints;

  /** The endpoints of clusters, for {@code include_eds}. */
  interface EndpointDump {
    /** Endpoint configs by cluster; the values are {@code ClusterLoadAssignment}s. */
    List<Message> endpoints(boolean isStatic);
  }

  ConfigDumpEndpoint(ConfigHome home, ControlThread control, EndpointDump endpoints) {
    this.home = home;
    this.control = control;
    this.endpoints = endpoints;
  }

  @Override
  public String path() {
    return "/config_dump";
  }

  @Override
  public String help() {
    return "dump current configuration";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("resource", "only the items of this repeated field"),
        new Parameter("mask", "field paths to keep, separated by commas"),
        new Parameter("name_regex", "only resources whose name matches this regular expression"),
        new Parameter("include_eds", "add the endpoints of clusters"));
  }

  @Override
  public AdminResponse handle(AdminRequest request) throws InterruptedException {
    Pattern names;
    try {
      String regex = request.parameter("name_regex");
      names = regex == null ? null : Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      return AdminResponse.plain(
          400,
          "INVALID_ARGUMENT: Error while parsing name_regex from "
              + request.parameter("name_regex")
              + ": "
              + e.getDescription()
              + ": "
              + e.getPattern());
    }
    ConfigDump dump = control.call(() -> build(names, request.has("include_eds")));
    String maskText = request.parameter("mask");
    FieldMask mask = maskText == null ? null : FieldMask.parse(maskText);
    String resource = request.parameter("resource");
    if (resource == null || resource.isEmpty()) {
      List<Object> all = dump.all(mask);
      return all.isEmpty() && mask != null
          ? AdminResponse.plain(
              400, "FieldMask " + maskText + " could not be successfully applied to any configs.")
          : AdminResponse.json(Json.pretty(Map.of("configs", all)));
    }
    List<Object> items = dump.resource(resource, mask);
    if (items == null) {
      return dump.isSingular(resource)
          ? AdminResponse.plain(
              400,
              resource
                  + " is not a repeated field. Use ?mask="
                  + resource
                  + " to get only this field")
          : AdminResponse.plain(404, resource + " not found in config dump");
    }
    Map<String, Object> configs = items.isEmpty() ? Map.of() : Map.of("configs", items);
    return AdminResponse.json(Json.pretty(configs));
  }

  // ---- sections; on the control thread

  private ConfigDump build(@Nullable Pattern names, boolean includeEndpoints) {
    var dump = new ConfigDump();
    ConfigDump.Section bootstrap = dump.section("BootstrapConfigDump", Map.of());
    bootstrap
        .fields()
        .put(
            "bootstrap",
            withoutType(
                ConfigDump.any(
                    Redaction.of(home.wholeBootstrap().toBuilder().setNode(home.node()).build()))));
    bootstrap.fields().put("last_updated", time(home.loadedAt()));
    clusters(dump, names);
    if (includeEndpoints) {
      endpoints(dump, names);
    }
    listeners(dump, names);
    dump.section(
        "ScopedRoutesConfigDump",
        Map.of(
            "inline_scoped_route_configs",
            "InlineScopedRouteConfigs",
            "dynamic_scoped_route_configs",
            "DynamicScopedRouteConfigs"));
    routes(dump, names);
    secrets(dump, names);
    ecds(dump, names);
    return dump;
  }

  private static Object withoutType(Map<String, @Nullable Object> tree) {
    tree.remove("@type");
    return tree;
  }

  private void clusters(ConfigDump dump, @Nullable Pattern names) {
    ConfigDump.Section section =
        dump.section(
            "ClustersConfigDump",
            Map.of(
                "static_clusters",
                "StaticCluster",
                "dynamic_active_clusters",
                "DynamicCluster",
                "dynamic_warming_clusters",
                "DynamicCluster"));
    ResourceStore<Cluster, ?> store = home.clusters();
    putText(section, "version_info", store.version());
    List<Object> isStatic = new ArrayList<>();
    List<Object> active = new ArrayList<>();
    List<Object> warming = new ArrayList<>();
    List<ResourceStore.Shown> byName = new ArrayList<>(store.shown());
    byName.sort(Comparator.comparing(ResourceStore.Shown::name));
    for (ResourceStore.Shown shown : byName) {
      if (!matches(names, shown.name())) {
        continue;
      }
      if (shown.active() != null) {
        (shown.isStatic() ? isStatic : active).add(version("cluster", shown.active()));
      }
      if (shown.warming() != null) {
        (shown.isStatic() ? isStatic : warming).add(version("cluster", shown.warming()));
      } else if (shown.active() == null && shown.refused() != null) {
        warming.add(refused("cluster", shown.refused()));
      }
    }
    putList(section, "static_clusters", isStatic);
    putList(section, "dynamic_active_clusters", active);
    putList(section, "dynamic_warming_clusters", warming);
  }

  private void listeners(ConfigDump dump, @Nullable Pattern names) {
    ConfigDump.Section section =
        dump.section(
            "ListenersConfigDump",
            Map.of("static_listeners", "StaticListener", "dynamic_listeners", "DynamicListener"));
    ResourceStore<Listener, ?> store = home.listeners();
    putText(section, "version_info", store.version());
    List<Object> isStatic = new ArrayList<>();
    List<Object> dynamic = new ArrayList<>();
    for (ResourceStore.Shown shown : store.shown()) {
      if (!matches(names, shown.name())) {
        continue;
      }
      ResourceStore.Body latest = shown.active() == null ? shown.warming() : shown.active();
      if (shown.isStatic()) {
        if (latest != null) {
          isStatic.add(version("listener", latest));
        }
        continue;
      }
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("name", shown.name());
      if (shown.active() != null) {
        item.put("active_state", version("listener", shown.active()));
      }
      if (shown.warming() != null) {
        item.put("warming_state", version("listener", shown.warming()));
      }
      if (shown.refused() != null) {
        item.put("error_state", errorState(shown.refused()));
      }
      dynamic.add(item);
    }
    putList(section, "static_listeners", isStatic);
    putList(section, "dynamic_listeners", dynamic);
  }

  private void routes(ConfigDump dump, @Nullable Pattern names) {
    ConfigDump.Section section =
        dump.section(
            "RoutesConfigDump",
            Map.of(
                "static_route_configs",
                "StaticRouteConfig",
                "dynamic_route_configs",
                "DynamicRouteConfig"));
    List<Object> inline = new ArrayList<>();
    for (ResourceStore.Shown shown : home.listeners().shown()) {
      ResourceStore.Body latest = shown.active() == null ? shown.warming() : shown.active();
      if (latest != null && latest.message() instanceof Listener listener) {
        inlineRoutes(listener, latest.updated(), names, inline);
      }
    }
    putList(section, "static_route_configs", inline);
    putList(section, "dynamic_route_configs", dynamic(ResourceType.ROUTE, "route_config", names));
  }

  private static void inlineRoutes(
      Listener listener, Instant updated, @Nullable Pattern names, List<Object> inline) {
    List<FilterChain> chains = new ArrayList<>(listener.getFilterChainsList());
    if (listener.hasDefaultFilterChain()) {
      chains.add(listener.getDefaultFilterChain());
    }
    for (FilterChain chain : chains) {
      for (Filter filter : chain.getFiltersList()) {
        HttpConnectionManager manager = manager(filter.getTypedConfig());
        if (manager != null
            && manager.hasRouteConfig()
            && matches(names, manager.getRouteConfig().getName())) {
          Map<String, Object> item = new LinkedHashMap<>();
          item.put("route_config", ConfigDump.any(manager.getRouteConfig()));
          item.put("last_updated", time(updated));
          inline.add(item);
        }
      }
    }
  }

  private static @Nullable HttpConnectionManager manager(Any config) {
    try {
      return config.is(HttpConnectionManager.class)
          ? config.unpack(HttpConnectionManager.class)
          : null;
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private void secrets(ConfigDump dump, @Nullable Pattern names) {
    ConfigDump.Section section =
        dump.section(
            "SecretsConfigDump",
            Map.of(
                "static_secrets",
                "StaticSecret",
                "dynamic_active_secrets",
                "DynamicSecret",
                "dynamic_warming_secrets",
                "DynamicSecret"));
    List<Object> isStatic = new ArrayList<>();
    for (Message secret : home.bootstrap().getStaticResources().getSecretsList()) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("name", String.valueOf(ConfigDump.any(secret).get("name")));
      item.put("secret", ConfigDump.any(Redaction.of(secret)));
      isStatic.add(item);
    }
    putList(section, "static_secrets", isStatic);
    List<Object> active = new ArrayList<>();
    for (DynamicResources.Entry entry : home.dynamicResources(ResourceType.SECRET)) {
      if (matches(names, entry.name())) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("name", entry.name());
        item.put("version_info", entry.version());
        item.put("last_updated", time(entry.updated()));
        Message secret = SecretFiles.inlined((Secret) entry.message());
        item.put("secret", ConfigDump.any(Redaction.of(secret)));
        active.add(item);
      }
    }
    putList(section, "dynamic_active_secrets", active);
    List<Object> warming = new ArrayList<>();
    for (String name : home.awaitedResources(ResourceType.SECRET)) {
      if (matches(names, name)) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("name", name);
        item.put("version_info", "uninitialized");
        item.put("last_updated", time(home.loadedAt()));
        item.put("secret", ConfigDump.any(Secret.newBuilder().setName(name).build()));
        warming.add(item);
      }
    }
    putList(section, "dynamic_warming_secrets", warming);
  }

  private void ecds(ConfigDump dump, @Nullable Pattern names) {
    List<Object> filters = dynamic(ResourceType.EXTENSION_CONFIG, "ecds_filter", names);
    if (!filters.isEmpty()) {
      ConfigDump.Section section =
          dump.section("EcdsConfigDump", Map.of("ecds_filters", "EcdsFilterConfig"));
      putList(section, "ecds_filters", filters);
    }
  }

  private void endpoints(ConfigDump dump, @Nullable Pattern names) {
    ConfigDump.Section section =
        dump.section(
            "EndpointsConfigDump",
            Map.of(
                "static_endpoint_configs",
                "StaticEndpointConfig",
                "dynamic_endpoint_configs",
                "DynamicEndpointConfig"));
    putList(section, "static_endpoint_configs", endpointItems(true, names));
    putList(section, "dynamic_endpoint_configs", endpointItems(false, names));
  }

  private List<Object> endpointItems(boolean isStatic, @Nullable Pattern names) {
    List<Object> items = new ArrayList<>();
    for (Message assignment : endpoints.endpoints(isStatic)) {
      Map<String, @Nullable Object> tree = ConfigDump.any(assignment);
      if (matches(names, String.valueOf(tree.get("cluster_name")))) {
        items.add(Map.of("endpoint_config", tree));
      }
    }
    return items;
  }

  private List<Object> dynamic(ResourceType type, String field, @Nullable Pattern names) {
    List<Object> items = new ArrayList<>();
    for (DynamicResources.Entry entry : home.dynamicResources(type)) {
      if (matches(names, entry.name())) {
        items.add(
            version(
                field, new ResourceStore.Body(entry.message(), entry.version(), entry.updated())));
      }
    }
    return items;
  }

  // ---- pieces

  private static Map<String, Object> version(String field, ResourceStore.Body body) {
    Map<String, Object> item = new LinkedHashMap<>();
    if (!body.version().isEmpty()) {
      item.put("version_info", body.version());
    }
    item.put(field, ConfigDump.any(Redaction.of(body.message())));
    item.put("last_updated", time(body.updated()));
    return item;
  }

  private static Map<String, Object> refused(String field, ResourceStore.Refused refused) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("version_info", refused.version());
    item.put(field, ConfigDump.any(Redaction.of(refused.message())));
    item.put("last_updated", time(refused.when()));
    item.put("error_state", errorState(refused));
    return item;
  }

  private static Map<String, Object> errorState(ResourceStore.Refused refused) {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("failed_configuration", ConfigDump.any(Redaction.of(refused.message())));
    state.put("last_update_attempt", time(refused.when()));
    state.put("details", refused.details());
    state.put("version_info", refused.version());
    return state;
  }

  private static String time(Instant instant) {
    Instant millis = instant.truncatedTo(ChronoUnit.MILLIS);
    // Always three digits of a second.
    return java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
        .withZone(java.time.ZoneOffset.UTC)
        .format(millis);
  }

  private static boolean matches(@Nullable Pattern names, String name) {
    return names == null || names.matcher(name).matches();
  }

  private static void putText(ConfigDump.Section section, String field, String text) {
    if (!text.isEmpty()) {
      section.fields().put(field, text);
    }
  }

  private static void putList(ConfigDump.Section section, String field, List<Object> items) {
    if (!items.isEmpty()) {
      section.fields().put(field, items);
    }
  }
}
