package io.weir.controlplane.debug;

import io.weir.controlplane.ads.AdsServer;
import io.weir.controlplane.ads.ConnectionStatus;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.generate.Provenance;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.generate.ResourceGenerator;
import io.weir.controlplane.module.ModuleDirectory;
import io.weir.controlplane.module.ModuleStatus;
import io.weir.controlplane.patch.PatchReport;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.push.TrafficPlugin;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Service;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.ProtoWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the debug endpoints show. */
final class DebugPages {

  private final ConfigStore store;
  private final AdsServer ads;
  private final ModuleDirectory modules;
  private final Profile profile;

  DebugPages(ConfigStore store, AdsServer ads, ModuleDirectory modules, Profile profile) {
    this.store = store;
    this.ads = ads;
    this.modules = modules;
    this.profile = profile;
  }

  HttpAnswer configz() {
    return HttpAnswer.json(
        Json.text(store.snapshot().all().values().stream().map(ConfigApi::shown).toList()));
  }

  HttpAnswer problems() {
    return HttpAnswer.json(Json.text(store.problems().stream().map(DebugPages::shown).toList()));
  }

  private static Object shown(Problem problem) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("level", problem.warning() ? "warning" : "error");
    shown.put("source", problem.source());
    shown.put("line", problem.line());
    shown.put("column", problem.column());
    shown.put("path", problem.path());
    shown.put("reason", problem.reason());
    shown.put("hint", problem.hint());
    return shown;
  }

  /** For each proxy whether it has, by type, what it should have. */
  HttpAnswer syncz() {
    List<Object> proxies = new ArrayList<>();
    for (ConnectionStatus status : ads.status()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("proxy", status.proxyId());
      shown.put("name", status.name());
      shown.put("cluster_id", status.clusterId());
      shown.put("istiod", "weir");
      shown.put("version", status.version());
      shown.put("client", status.client());
      shown.put("protocol", status.protocol());
      shown.put("revision", status.revision());
      shown.put("synced", status.synced());
      Map<String, Object> types = new TreeMap<>();
      Map<String, Object> states = new TreeMap<>();
      Map<String, Object> errors = new TreeMap<>();
      for (ConnectionStatus.TypeStatus type : status.types()) {
        types.put(type.type(), type.state());
        states.put(shortName(type.type()), type.state());
        if (type.lastError() != null) {
          errors.put(shortName(type.type()), type.lastError());
        }
      }
      shown.put("types", types);
      shown.put("states", states);
      if (!errors.isEmpty()) {
        shown.put("errors", errors);
      }
      proxies.add(shown);
    }
    return HttpAnswer.json(Json.text(proxies));
  }

  private static String shortName(String typeUrl) {
    return ResourceType.ofTypeUrl(typeUrl)
        .map(
            type ->
                switch (type) {
                  case CLUSTER -> "CDS";
                  case ENDPOINT -> "EDS";
                  case LISTENER -> "LDS";
                  case ROUTE -> "RDS";
                  case SECRET -> "SDS";
                  case EXTENSION_CONFIG -> "ECDS";
                  case SCOPED_ROUTE, VIRTUAL_HOST, RUNTIME -> type.name();
                })
        .orElse(typeUrl);
  }

  /** All connections with their subscriptions; {@code ?push=true} pushes to all of them. */
  HttpAnswer adsz(HttpRequest request) {
    if (request.parameter("push").equals("true")) {
      ads.push(ads.context());
      return HttpAnswer.text("Pushed to " + ads.connectionCount() + " servers\n");
    }
    Map<String, Object> all = new LinkedHashMap<>();
    List<Object> clients = new ArrayList<>();
    for (ConnectionStatus status : ads.status()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("connectionId", status.connectionId());
      shown.put("proxyId", status.proxyId());
      shown.put("connectedAt", status.connected());
      Map<String, Object> watches = new TreeMap<>();
      status.types().forEach(type -> watches.put(type.type(), shown(type)));
      shown.put("watches", watches);
      clients.add(shown);
    }
    all.put("totalClients", clients.size());
    all.put("clients", clients);
    return HttpAnswer.json(Json.text(all));
  }

  private static Object shown(ConnectionStatus.TypeStatus type) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("state", type.state());
    shown.put("resources", type.resources());
    shown.put("wildcard", type.wildcard());
    shown.put("subscribed", type.subscribed());
    shown.put("nonceSent", type.nonceSent());
    shown.put("nonceAcked", type.nonceAcked());
    shown.put("responses", type.responses());
    String error = type.lastError();
    if (error != null) {
      shown.put("lastError", error);
      shown.put("rejected", type.rejected());
    }
    return shown;
  }

  HttpAnswer connections() {
    List<Object> all = new ArrayList<>();
    for (ConnectionStatus status : ads.status()) {
      all.add(Map.of("connectionId", status.connectionId(), "proxyId", status.proxyId()));
    }
    return HttpAnswer.json(Json.text(Map.of("totalClients", all.size(), "clients", all)));
  }

  HttpAnswer configDump(HttpRequest request) throws HttpError {
    String id = proxyId(request);
    ProxyResources resources = ads.resources(id);
    if (resources == null) {
      throw notConnected(id);
    }
    Proxy proxy = ads.proxy(id);
    if (proxy == null || !request.query().containsKey("provenance")) {
      return HttpAnswer.json(ConfigDump.json(resources));
    }
    Provenance provenance = Provenance.of(ads.context(), proxy, profile);
    return HttpAnswer.json(ConfigDump.json(resources, provenance));
  }

  HttpAnswer patches(HttpRequest request) throws HttpError {
    String id = proxyId(request);
    Proxy proxy = ads.proxy(id);
    if (proxy == null) {
      throw notConnected(id);
    }
    PatchReport report = ResourceGenerator.report(ads.context(), proxy, profile);
    List<Object> entries = new ArrayList<>();
    for (PatchReport.Entry entry : report.entries()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("patch", entry.id());
      shown.put("line", entry.patch().line());
      shown.put("applyTo", entry.patch().applyTo());
      shown.put("operation", entry.patch().operation());
      shown.put("matched", entry.matched());
      shown.put("applied", entry.applied());
      if (!entry.matched()) {
        shown.put("reason", entry.failure());
      }
      shown.put("notes", entry.notes());
      entries.add(shown);
    }
    return HttpAnswer.json(Json.text(entries));
  }

  /** For each plugin where its module is, and what each proxy that wants it made of it. */
  HttpAnswer pluginz() {
    Map<ConfigKey, ModuleStatus> statuses = modules.statuses();
    List<Object> all = new ArrayList<>();
    for (TrafficPlugin plugin : ads.context().allPlugins()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("plugin", plugin.key().toString());
      shown.put("resource", plugin.resourceName());
      ModuleStatus status = statuses.get(plugin.key());
      if (status != null) {
        shown.put("state", words(status.state()));
        shown.put("url", status.url());
        shown.put("sha256", status.sha256());
        shown.put("since", status.since());
        if (!status.reason().isEmpty()) {
          shown.put("reason", status.reason());
          shown.put("failedAttempts", status.attempts());
        }
      } else {
        shown.put("state", "Local");
      }
      Map<String, Object> proxies = new TreeMap<>();
      ads.delivered(ResourceType.EXTENSION_CONFIG, plugin.resourceName()).forEach(proxies::put);
      shown.put("proxies", proxies);
      all.add(shown);
    }
    return HttpAnswer.json(Json.text(all));
  }

  private static String words(ModuleStatus.State state) {
    return switch (state) {
      case FETCHING -> "Fetching";
      case VERIFIED -> "Verified";
      case DEGRADED -> "Degraded";
    };
  }

  private static String proxyId(HttpRequest request) throws HttpError {
    String id = request.parameter("proxyID");
    if (id.isEmpty()) {
      throw new HttpError(400, "say which proxy: ?proxyID=NAME.NAMESPACE");
    }
    return id;
  }

  private HttpError notConnected(String id) {
    List<String> known = ads.status().stream().map(ConnectionStatus::proxyId).toList();
    return new HttpError(404, id + " is not connected; connected are " + known);
  }

  /** The resources of one type that a proxy should have. */
  HttpAnswer resources(HttpRequest request, ResourceType type) throws HttpError {
    String id = proxyId(request);
    ProxyResources resources = ads.resources(id);
    if (resources == null) {
      throw notConnected(id);
    }
    return HttpAnswer.json(
        Json.text(
            resources.of(type).values().stream()
                .map(resource -> ProtoWriter.toTree(resource.body()))
                .toList()));
  }

  /** What a proxy sees of the mesh. */
  HttpAnswer sidecarz(HttpRequest request) throws HttpError {
    String id = proxyId(request);
    Proxy proxy = ads.proxy(id);
    if (proxy == null) {
      throw notConnected(id);
    }
    SidecarScope scope = ads.context().scope(proxy);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("sidecar", scope.config() == null ? "" : scope.config().key());
    shown.put("services", scope.services().stream().map(Service::hostname).toList());
    shown.put("virtualServices", scope.virtualServices().stream().map(Config::key).toList());
    Map<String, Object> rules = new LinkedHashMap<>();
    for (Service service : scope.services()) {
      Config<?> rule = ads.context().destinationRules().find(proxy, service);
      if (rule != null) {
        rules.put(service.hostname(), rule.key());
      }
    }
    shown.put("destinationRules", rules);
    return HttpAnswer.json(Json.text(shown));
  }

  /** The services that each connected proxy is an endpoint of. */
  HttpAnswer instancesz() {
    Map<String, Object> all = new TreeMap<>();
    for (ConnectionStatus status : ads.status()) {
      Proxy proxy = ads.proxy(status.proxyId());
      if (proxy != null) {
        List<Object> instances = new ArrayList<>();
        for (var instance : ads.context().registry().instances(proxy.addresses())) {
          instances.add(
              Map.of(
                  "service", instance.service().hostname(),
                  "port", instance.endpoint().port(),
                  "targetPort", instance.endpoint().endpointPort()));
        }
        all.put(status.proxyId(), instances);
      }
    }
    return HttpAnswer.json(Json.text(all));
  }

  /** The configurations of some kinds. */
  HttpAnswer kinds(Kind... kinds) {
    Set<Kind> wanted = Set.of(kinds);
    return HttpAnswer.json(
        Json.text(
            store.snapshot().all().values().stream()
                .filter(config -> wanted.contains(config.key().kind()))
                .map(ConfigApi::shown)
                .toList()));
  }

  /** How many configurations there are, by kind and namespace. */
  HttpAnswer resourcesz() {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (ConfigKey key : store.snapshot().all().keySet()) {
      counts
          .computeIfAbsent(key.kind().kindName(), _ -> new TreeMap<>())
          .merge(key.namespace(), 1, Integer::sum);
    }
    return HttpAnswer.json(Json.text(counts));
  }

  /** What could not be generated as configured, by proxy. */
  HttpAnswer pushStatus() {
    Map<String, Object> byProxy = new TreeMap<>();
    for (ConnectionStatus status : ads.status()) {
      ProxyResources resources = ads.resources(status.proxyId());
      if (resources != null && !resources.reports().isEmpty()) {
        byProxy.put(status.proxyId(), resources.reports().stream().map(DebugPages::shown).toList());
      }
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("revision", ads.context().revision());
    shown.put("reports", byProxy);
    return HttpAnswer.json(Json.text(shown));
  }

  HttpAnswer cachez(HttpRequest request) {
    if (request.parameter("clear").equals("true")) {
      ads.cache().clear();
      return HttpAnswer.text("cleared\n");
    }
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("sets", ads.cache().size());
    shown.put("asked", ads.cache().asked());
    shown.put("generated", ads.cache().generated());
    return HttpAnswer.json(Json.text(shown));
  }

  /** Ends a proxy's stream; it connects again. */
  HttpAnswer disconnect(HttpRequest request) throws HttpError {
    String id = proxyId(request);
    if (!ads.disconnect(id)) {
      throw notConnected(id);
    }
    return HttpAnswer.text("disconnected " + id + "\n");
  }

  HttpAnswer endpointz() {
    List<Object> all = new ArrayList<>();
    for (Service service : ads.context().registry().services()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("svc", service.hostname());
      shown.put("namespace", service.namespace());
      List<Object> endpoints = new ArrayList<>();
      for (Endpoint endpoint : ads.context().registry().endpoints(service)) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("servicePort", endpoint.port());
        one.put("address", endpoint.address());
        one.put("port", endpoint.endpointPort());
        one.put("labels", endpoint.labels());
        one.put("locality", endpoint.locality());
        one.put("weight", endpoint.weight());
        endpoints.add(one);
      }
      shown.put("ep", endpoints);
      all.add(shown);
    }
    return HttpAnswer.json(Json.text(all));
  }

  HttpAnswer registryz() {
    List<Object> all = new ArrayList<>();
    for (Service service : ads.context().registry().services()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("hostname", service.hostname());
      shown.put("namespace", service.namespace());
      shown.put("addresses", service.addresses());
      shown.put(
          "ports",
          service.ports().stream()
              .map(
                  port ->
                      Map.of(
                          "name", port.name(), "port", port.number(), "protocol", port.protocol()))
              .toList());
      shown.put("resolution", service.resolution());
      shown.put("external", service.external());
      shown.put("exportTo", service.exportTo());
      all.add(shown);
    }
    return HttpAnswer.json(Json.text(all));
  }

  HttpAnswer mesh() {
    var mesh = ads.context().mesh();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("rootNamespace", mesh.rootNamespace());
    shown.put("trustDomain", mesh.trustDomain());
    shown.put("enableAutoMtls", mesh.enableAutoMtls());
    shown.put("outboundTrafficPolicy", Map.of("mode", mesh.outboundMode()));
    shown.put("connectTimeout", mesh.connectTimeoutOrDefault().toSeconds() + "s");
    return HttpAnswer.json(Json.text(shown));
  }
}
