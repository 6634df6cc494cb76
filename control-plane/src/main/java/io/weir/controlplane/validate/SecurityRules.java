package io.weir.controlplane.validate;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.AuthorizationPolicy.Condition;
import io.weir.controlplane.config.AuthorizationPolicy.Operation;
import io.weir.controlplane.config.AuthorizationPolicy.Rule;
import io.weir.controlplane.config.AuthorizationPolicy.Source;
import io.weir.controlplane.config.PeerAuthentication;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.RequestAuthentication.JwtRule;
import io.weir.xds.Nearest;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about the security kinds. */
final class SecurityRules {

  private static final Set<String> KEYS =
      Set.of(
          "source.ip",
          "remote.ip",
          "source.namespace",
          "source.principal",
          "source.serviceAccount",
          "source.trustDomain",
          "request.auth.principal",
          "request.auth.audiences",
          "request.auth.presenter",
          "destination.ip",
          "destination.port",
          "connection.sni");

  private static final List<String> KEYS_WITH_NAME =
      List.of("request.headers[", "request.auth.claims[", "experimental.envoy.filters.");

  private SecurityRules() {}

  static void check(AuthorizationPolicy spec, Checks checks) {
    if (spec.action() == Action.DENY && spec.rules().isEmpty()) {
      checks.wrong("rules", "a DENY policy without rules denies nothing", "rules: [{}] denies all");
    }
    if (spec.action() == Action.CUSTOM) {
      if (spec.provider() == null) {
        checks.wrong("provider", "must be set for CUSTOM", "");
      }
      checks.warn(
          "action",
          "external authorizers are not implemented: the workload refuses every request",
          "use ALLOW or DENY");
    } else if (spec.provider() != null) {
      checks.wrong("provider", "only CUSTOM has one", "");
    }
    for (int i = 0; i < spec.rules().size(); i++) {
      rule(spec.rules().get(i), checks.at("rules[" + i + "]"));
    }
  }

  private static void rule(Rule rule, Checks checks) {
    for (int i = 0; i < rule.from().size(); i++) {
      source(rule.from().get(i).source(), checks.at("from[" + i + "].source"));
    }
    for (int i = 0; i < rule.to().size(); i++) {
      operation(rule.to().get(i).operation(), checks.at("to[" + i + "].operation"));
    }
    for (int i = 0; i < rule.when().size(); i++) {
      condition(rule.when().get(i), checks.at("when[" + i + "]"));
    }
  }

  private static void source(@Nullable Source source, Checks checks) {
    if (source == null) {
      checks.wrong("", "must be set", "leave from out for any source");
      return;
    }
    if ((!source.serviceAccounts().isEmpty() || !source.notServiceAccounts().isEmpty())
        && (!source.principals().isEmpty()
            || !source.notPrincipals().isEmpty()
            || !source.namespaces().isEmpty()
            || !source.notNamespaces().isEmpty())) {
      checks.wrong("serviceAccounts", "excludes principals and namespaces", "keep one of them");
    }
    values("ipBlocks", source.ipBlocks(), checks, true);
    values("notIpBlocks", source.notIpBlocks(), checks, true);
    values("remoteIpBlocks", source.remoteIpBlocks(), checks, true);
    values("notRemoteIpBlocks", source.notRemoteIpBlocks(), checks, true);
    values("principals", source.principals(), checks, false);
    values("requestPrincipals", source.requestPrincipals(), checks, false);
    values("namespaces", source.namespaces(), checks, false);
    values("serviceAccounts", source.serviceAccounts(), checks, false);
  }

  private static void values(String path, List<String> values, Checks checks, boolean ip) {
    for (int i = 0; i < values.size(); i++) {
      String at = path + "[" + i + "]";
      if (values.get(i).isEmpty()) {
        checks.wrong(at, "must not be empty", "");
      } else if (ip) {
        checks.ipBlock(at, values.get(i));
      }
    }
  }

  private static void operation(@Nullable Operation operation, Checks checks) {
    if (operation == null) {
      checks.wrong("", "must be set", "leave to out for any operation");
      return;
    }
    ports("ports", operation.ports(), checks);
    ports("notPorts", operation.notPorts(), checks);
    paths("paths", operation.paths(), checks);
    paths("notPaths", operation.notPaths(), checks);
    values("hosts", operation.hosts(), checks, false);
    values("methods", operation.methods(), checks, false);
  }

  private static void ports(String path, List<String> ports, Checks checks) {
    for (int i = 0; i < ports.size(); i++) {
      try {
        checks.port(path + "[" + i + "]", Integer.parseInt(ports.get(i)));
      } catch (NumberFormatException e) {
        checks.wrong(path + "[" + i + "]", "\"" + ports.get(i) + "\" is no port", "");
      }
    }
  }

  private static void paths(String path, List<String> paths, Checks checks) {
    for (int i = 0; i < paths.size(); i++) {
      String value = paths.get(i);
      boolean template = value.contains("{");
      if (value.isEmpty()) {
        checks.wrong(path + "[" + i + "]", "must not be empty", "");
      } else if (template && value.replace("{*}", "").replace("{**}", "").matches(".*[{}*].*")) {
        checks.wrong(
            path + "[" + i + "]", "a template holds only {*} and {**} besides plain text", "");
      }
    }
  }

  private static void condition(Condition condition, Checks checks) {
    String key = condition.key();
    boolean named = KEYS_WITH_NAME.stream().anyMatch(key::startsWith);
    if (!KEYS.contains(key) && !named) {
      checks.wrong("key", "\"" + key + "\" is no attribute", Nearest.hint(key, KEYS));
    } else if (named && key.contains("[") && !key.endsWith("]")) {
      checks.wrong("key", "a bracket is not closed", "");
    }
    if (condition.values().isEmpty() && condition.notValues().isEmpty()) {
      checks.wrong("values", "must be set", "or notValues");
    }
    if (key.equals("destination.port")) {
      ports("values", condition.values(), checks);
      ports("notValues", condition.notValues(), checks);
    }
    if (key.endsWith(".ip")) {
      values("values", condition.values(), checks, true);
      values("notValues", condition.notValues(), checks, true);
    }
  }

  static void check(PeerAuthentication spec, Checks checks) {
    boolean selects = spec.selector() != null && !spec.selector().required().isEmpty();
    if (!selects && !spec.portLevelMtls().isEmpty()) {
      checks.wrong("portLevelMtls", "takes a selector", "ports belong to workloads");
    }
    spec.portLevelMtls().keySet().forEach(port -> checks.port("portLevelMtls", port));
  }

  static void check(RequestAuthentication spec, Checks checks) {
    for (int i = 0; i < spec.jwtRules().size(); i++) {
      JwtRule rule = spec.jwtRules().get(i);
      Checks at = checks.at("jwtRules[" + i + "]");
      at.required("issuer", rule.issuer());
      if (!rule.jwks().isEmpty() && !rule.jwksUri().isEmpty()) {
        at.wrong("jwks", "excludes jwksUri", "keep one");
      }
      if (!rule.jwksUri().isEmpty()) {
        uri(rule.jwksUri(), at);
      }
      rule.fromHeaders().forEach(header -> at.required("fromHeaders", header.name()));
      at.duration("timeout", rule.timeout());
    }
  }

  private static void uri(String text, Checks checks) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() == null || !Set.of("http", "https").contains(uri.getScheme())) {
        checks.wrong("jwksUri", "\"" + text + "\" is no http or https URL", "");
      }
    } catch (java.net.URISyntaxException e) {
      checks.wrong("jwksUri", "\"" + text + "\" is no URL: " + e.getReason(), "");
    }
  }
}
