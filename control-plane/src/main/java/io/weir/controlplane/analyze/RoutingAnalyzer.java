package io.weir.controlplane.analyze;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.DestinationRule;
import io.weir.controlplane.config.Gateway;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.StringMatch;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.registry.Hostname;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.Visibility;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** VirtualServices: what they refer to, and rules that nothing reaches. */
final class RoutingAnalyzer {

  private static final String MESH = "mesh";

  private final World world;

  RoutingAnalyzer(World world) {
    this.world = world;
  }

  void run() {
    Map<String, Config<VirtualService>> onMesh = new HashMap<>();
    for (Config<VirtualService> config : world.list(Kind.VIRTUAL_SERVICE, VirtualService.class)) {
      gateways(config);
      destinations(config);
      delegates(config);
      reachability(config);
      claims(config);
      meshHosts(config, onMesh);
    }
  }

  private void gateways(Config<VirtualService> config) {
    List<String> gateways = config.spec().gateways();
    for (int i = 0; i < gateways.size(); i++) {
      String name = gateways.get(i);
      if (name.equals(MESH)) {
        continue;
      }
      Config<Gateway> gateway = gateway(name, config.namespace());
      String path = "spec.gateways[" + i + "]";
      if (gateway == null) {
        world.find(
            Code.REFERENCED_RESOURCE_NOT_FOUND,
            config,
            path,
            "Gateway " + name + " not found",
            "write namespace/name for one of another namespace");
      } else {
        hosts(config, gateway, path);
      }
    }
  }

  private @Nullable Config<Gateway> gateway(String name, String ownNamespace) {
    int slash = name.indexOf('/');
    String namespace = slash < 0 ? ownNamespace : name.substring(0, slash);
    for (Config<Gateway> gateway : world.list(Kind.GATEWAY, Gateway.class)) {
      if (gateway.namespace().equals(namespace)
          && gateway.name().equals(name.substring(slash + 1))) {
        return gateway;
      }
    }
    return null;
  }

  private void hosts(Config<VirtualService> config, Config<Gateway> gateway, String path) {
    for (String host : config.spec().hosts()) {
      boolean served =
          gateway.spec().servers().stream()
              .flatMap(server -> server.hosts().stream())
              .anyMatch(
                  written -> {
                    int slash = written.indexOf('/');
                    String namespace = slash < 0 ? "*" : written.substring(0, slash);
                    boolean allowed =
                        namespace.equals("*")
                            || namespace.equals(config.namespace())
                            || namespace.equals(".")
                                && gateway.namespace().equals(config.namespace());
                    return allowed && Hostname.overlap(written.substring(slash + 1), host);
                  });
      if (!served) {
        world.find(
            Code.HOST_NOT_FOUND_IN_GATEWAY,
            config,
            path,
            "no server of Gateway " + gateway.name() + " serves the host " + host,
            "add it to the server's hosts");
      }
    }
  }

  private void destinations(Config<VirtualService> config) {
    VirtualService spec = config.spec();
    for (int i = 0; i < spec.http().size(); i++) {
      HttpRoute rule = spec.http().get(i);
      String path = "spec.http[" + i + "]";
      for (int j = 0; j < rule.route().size(); j++) {
        destination(
            config, rule.route().get(j).destination(), path + ".route[" + j + "].destination");
      }
      Destination mirror = rule.mirror();
      if (mirror != null) {
        destination(config, mirror, path + ".mirror");
      }
      for (int j = 0; j < rule.mirrors().size(); j++) {
        destination(
            config, rule.mirrors().get(j).destination(), path + ".mirrors[" + j + "].destination");
      }
    }
    for (int i = 0; i < spec.tls().size(); i++) {
      for (int j = 0; j < spec.tls().get(i).route().size(); j++) {
        destination(
            config,
            spec.tls().get(i).route().get(j).destination(),
            "spec.tls[" + i + "].route[" + j + "].destination");
      }
    }
    for (int i = 0; i < spec.tcp().size(); i++) {
      for (int j = 0; j < spec.tcp().get(i).route().size(); j++) {
        destination(
            config,
            spec.tcp().get(i).route().get(j).destination(),
            "spec.tcp[" + i + "].route[" + j + "].destination");
      }
    }
  }

  private void destination(Config<VirtualService> config, Destination destination, String path) {
    String host = Hostname.resolve(destination.host(), config.namespace());
    Service service = service(host, config.namespace());
    if (service == null) {
      world.find(
          Code.REFERENCED_RESOURCE_NOT_FOUND,
          config,
          path + ".host",
          "host " + destination.host() + " not found",
          "a ServiceEntry must declare it"
              + (host.equals(destination.host()) ? "" : "; the short name means " + host));
      return;
    }
    if (destination.port() == null && service.ports().size() > 1) {
      world.find(
          Code.DESTINATION_PORT_REQUIRED,
          config,
          path,
          host + " has several ports: which one is meant depends on the listener",
          "add port");
    } else if (destination.port() != null && service.port(destination.port().number()) == null) {
      world.find(
          Code.REFERENCED_RESOURCE_NOT_FOUND,
          config,
          path + ".port",
          host + " has no port " + destination.port().number(),
          "");
    }
    if (!destination.subset().isEmpty() && !hasSubset(host, destination.subset())) {
      world.find(
          Code.REFERENCED_RESOURCE_NOT_FOUND,
          config,
          path + ".subset",
          "host+subset in destinationrule " + host + "+" + destination.subset() + " not found",
          "a DestinationRule must define the subset");
    }
  }

  private @Nullable Service service(String host, String namespace) {
    Service exact = world.registry().visible(host, namespace);
    if (exact != null) {
      return exact;
    }
    for (Service service : world.registry().services()) {
      if (Hostname.isWildcard(service.hostname())
          && Hostname.covers(service.hostname(), host)
          && service.visibleIn(namespace)) {
        return service;
      }
    }
    return null;
  }

  private boolean hasSubset(String host, String subset) {
    for (Config<DestinationRule> rule : world.list(Kind.DESTINATION_RULE, DestinationRule.class)) {
      String ruleHost = Hostname.resolve(rule.spec().host(), rule.namespace());
      if (Hostname.covers(ruleHost, host)
          && rule.spec().subsets().stream().anyMatch(s -> s.name().equals(subset))) {
        return true;
      }
    }
    return false;
  }

  private void delegates(Config<VirtualService> config) {
    for (int i = 0; i < config.spec().http().size(); i++) {
      HttpRoute rule = config.spec().http().get(i);
      VirtualService.Delegate named = rule.delegate();
      if (named == null) {
        continue;
      }
      String namespace = named.namespace().isEmpty() ? config.namespace() : named.namespace();
      ConfigKey key = new ConfigKey(Kind.VIRTUAL_SERVICE, namespace, named.name());
      Config<?> found = world.snapshot().get(key);
      String path = "spec.http[" + i + "].delegate";
      if (found == null) {
        world.find(
            Code.REFERENCED_RESOURCE_NOT_FOUND,
            config,
            path,
            key + " not found: the rule vanishes",
            "");
      } else if (found.spec() instanceof VirtualService delegate) {
        outOfReach(config, rule, delegate, path);
      }
    }
  }

  /** Rules of a delegate that begin with another path than the rule that leads to them. */
  private void outOfReach(
      Config<VirtualService> config, HttpRoute root, VirtualService delegate, String path) {
    for (HttpRoute rule : delegate.http()) {
      boolean reachable =
          root.match().isEmpty()
              || rule.match().isEmpty()
              || root.match().stream()
                  .anyMatch(outer -> rule.match().stream().anyMatch(inner -> within(outer, inner)));
      if (!reachable) {
        world.find(
            Code.DELEGATE_RULE_OUT_OF_REACH,
            config,
            path,
            "a rule of the delegate matches nothing that is sent to it, and vanishes"
                + (rule.name().isEmpty() ? "" : ": " + rule.name()),
            "its path must begin with the path of this rule");
      }
    }
  }

  private static boolean within(HttpMatch outer, HttpMatch inner) {
    StringMatch wide = outer.uri();
    StringMatch narrow = inner.uri();
    if (wide == null || narrow == null) {
      return true;
    }
    String path = narrow.exact() != null ? narrow.exact() : narrow.prefix();
    if (wide.exact() != null) {
      return wide.exact().equals(narrow.exact());
    }
    return path != null && wide.prefix() != null && path.startsWith(wide.prefix());
  }

  private void reachability(Config<VirtualService> config) {
    Set<HttpMatch> seen = new HashSet<>();
    boolean ended = false;
    for (int i = 0; i < config.spec().http().size(); i++) {
      HttpRoute rule = config.spec().http().get(i);
      String path = "spec.http[" + i + "]";
      if (ended) {
        world.find(
            Code.UNREACHABLE_RULE,
            config,
            path,
            "unreachable: an earlier rule without match takes every request",
            "move it up");
        continue;
      }
      if (rule.match().isEmpty()) {
        ended = true;
      }
      int duplicates = 0;
      for (int j = 0; j < rule.match().size(); j++) {
        HttpMatch match = unnamed(rule.match().get(j));
        if (!seen.add(match)) {
          duplicates++;
          if (rule.match().size() > 1) {
            world.find(
                Code.INEFFECTIVE_MATCH,
                config,
                path + ".match[" + j + "]",
                "has no effect: an earlier rule has the same match",
                "");
          }
        }
      }
      if (duplicates > 0 && duplicates == rule.match().size()) {
        world.find(
            Code.UNREACHABLE_RULE,
            config,
            path,
            "unreachable: earlier rules have the same matches",
            "");
      }
    }
  }

  private static HttpMatch unnamed(HttpMatch match) {
    return new HttpMatch(
        "",
        match.uri(),
        match.scheme(),
        match.method(),
        match.authority(),
        match.headers(),
        match.port(),
        match.sourceLabels(),
        match.gateways(),
        match.queryParams(),
        match.ignoreUriCase(),
        match.withoutHeaders(),
        match.sourceNamespace(),
        "");
  }

  private void claims(Config<VirtualService> config) {
    if (!world.list(Kind.REQUEST_AUTHENTICATION, RequestAuthentication.class).isEmpty()) {
      return;
    }
    for (int i = 0; i < config.spec().http().size(); i++) {
      List<HttpMatch> matches = config.spec().http().get(i).match();
      for (int j = 0; j < matches.size(); j++) {
        for (String name : matches.get(j).headers().keySet()) {
          if (name.startsWith("@request.auth.claims")) {
            world.find(
                Code.JWT_ROUTING_WITHOUT_AUTHENTICATION,
                config,
                "spec.http[" + i + "].match[" + j + "].headers[" + name + "]",
                "routes by a claim, and no RequestAuthentication verifies tokens",
                "add a RequestAuthentication");
          }
        }
      }
    }
  }

  private void meshHosts(
      Config<VirtualService> config, Map<String, Config<VirtualService>> onMesh) {
    List<String> gateways = config.spec().gateways();
    if (!gateways.isEmpty() && !gateways.contains(MESH)) {
      return;
    }
    List<String> exportTo =
        Visibility.exportTo(config.spec().exportTo(), List.of(), config.namespace());
    for (int i = 0; i < config.spec().hosts().size(); i++) {
      String host = Hostname.resolve(config.spec().hosts().get(i), config.namespace());
      for (String namespace : exportTo) {
        Config<VirtualService> other = onMesh.putIfAbsent(namespace + "/" + host, config);
        if (other != null && !other.key().equals(config.key())) {
          world.find(
              Code.CONFLICTING_MESH_GATEWAY_HOSTS,
              config,
              "spec.hosts[" + i + "]",
              "sidecars use one VirtualService for "
                  + host
                  + ", the oldest; "
                  + other.key()
                  + " is another",
              "merge them");
        }
      }
    }
  }
}
