package io.weir.controlplane.debug;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.admin.v3.ClustersConfigDump;
import io.envoyproxy.envoy.admin.v3.EcdsConfigDump;
import io.envoyproxy.envoy.admin.v3.EndpointsConfigDump;
import io.envoyproxy.envoy.admin.v3.ListenersConfigDump;
import io.envoyproxy.envoy.admin.v3.RoutesConfigDump;
import io.weir.controlplane.generate.Provenance;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a proxy should have, in the form in which Envoy's admin tells what it has. */
final class ConfigDump {

  private ConfigDump() {}

  /** With the sources of each resource below {@code provenance}. */
  static String json(ProxyResources resources, Provenance provenance) {
    Map<String, Object> byType = new LinkedHashMap<>();
    for (ResourceType type : resources.byType().keySet()) {
      Map<String, Object> byName = new LinkedHashMap<>();
      for (Resource resource : resources.of(type).values()) {
        List<Object> shown = new ArrayList<>();
        for (Provenance.Source source : provenance.of(type, resource)) {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("path", source.path());
          one.put("source", source.source());
          one.put("origin", source.origin());
          shown.add(one);
        }
        byName.put(
            resource.name(), shown.isEmpty() ? List.of(Map.of("source", "built-in")) : shown);
      }
      byType.put(type.messageName(), byName);
    }
    List<SourceMap.Entry> entries = new ArrayList<>(tree(resources).entries());
    entries.add(new SourceMap.Entry("provenance", Json.tree(byType), 0, 0));
    return JsonText.pretty(new SourceMap(entries, 0, 0)) + "\n";
  }

  static String json(ProxyResources resources) {
    return JsonText.pretty(tree(resources)) + "\n";
  }

  private static SourceMap tree(ProxyResources resources) {
    List<SourceNode> configs = new ArrayList<>();
    for (Message section :
        List.of(
            clusters(resources),
            endpoints(resources),
            listeners(resources),
            routes(resources),
            extensions(resources))) {
      configs.add(ProtoWriter.toTree(Any.pack(section)));
    }
    return new SourceMap(
        List.of(new SourceMap.Entry("configs", SourceList.of(configs), 0, 0)), 0, 0);
  }

  private static Message clusters(ProxyResources resources) {
    ClustersConfigDump.Builder dump = ClustersConfigDump.newBuilder();
    for (Resource cluster : resources.of(ResourceType.CLUSTER).values()) {
      dump.addDynamicActiveClusters(
          ClustersConfigDump.DynamicCluster.newBuilder()
              .setVersionInfo(cluster.version())
              .setCluster(cluster.body()));
    }
    return dump.build();
  }

  private static Message endpoints(ProxyResources resources) {
    EndpointsConfigDump.Builder dump = EndpointsConfigDump.newBuilder();
    for (Resource assignment : resources.of(ResourceType.ENDPOINT).values()) {
      dump.addDynamicEndpointConfigs(
          EndpointsConfigDump.DynamicEndpointConfig.newBuilder()
              .setVersionInfo(assignment.version())
              .setEndpointConfig(assignment.body()));
    }
    return dump.build();
  }

  private static Message listeners(ProxyResources resources) {
    ListenersConfigDump.Builder dump = ListenersConfigDump.newBuilder();
    for (Resource listener : resources.of(ResourceType.LISTENER).values()) {
      dump.addDynamicListeners(
          ListenersConfigDump.DynamicListener.newBuilder()
              .setName(listener.name())
              .setActiveState(
                  ListenersConfigDump.DynamicListenerState.newBuilder()
                      .setVersionInfo(listener.version())
                      .setListener(listener.body())));
    }
    return dump.build();
  }

  private static Message routes(ProxyResources resources) {
    RoutesConfigDump.Builder dump = RoutesConfigDump.newBuilder();
    for (Resource table : resources.of(ResourceType.ROUTE).values()) {
      dump.addDynamicRouteConfigs(
          RoutesConfigDump.DynamicRouteConfig.newBuilder()
              .setVersionInfo(table.version())
              .setRouteConfig(table.body()));
    }
    return dump.build();
  }

  private static Message extensions(ProxyResources resources) {
    EcdsConfigDump.Builder dump = EcdsConfigDump.newBuilder();
    for (Resource extension : resources.of(ResourceType.EXTENSION_CONFIG).values()) {
      dump.addEcdsFilters(
          EcdsConfigDump.EcdsFilterConfig.newBuilder()
              .setVersionInfo(extension.version())
              .setEcdsFilter(extension.body()));
    }
    return dump.build();
  }
}
