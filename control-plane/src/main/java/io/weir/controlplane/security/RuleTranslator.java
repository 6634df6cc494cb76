package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.weir.controlplane.config.AuthorizationPolicy.Action;
import io.weir.controlplane.config.AuthorizationPolicy.Condition;
import io.weir.controlplane.config.AuthorizationPolicy.From;
import io.weir.controlplane.config.AuthorizationPolicy.Operation;
import io.weir.controlplane.config.AuthorizationPolicy.Rule;
import io.weir.controlplane.config.AuthorizationPolicy.Source;
import io.weir.controlplane.config.AuthorizationPolicy.To;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One rule of an AuthorizationPolicy as a policy of Envoy's RBAC.
 *
 * <p>Where requests are not looked at, a field of requests cannot hold: a rule that allows then
 * allows nothing, and one that denies or logs ignores the field and so denies more, never less.
 */
final class RuleTranslator {

  private static final String CLAIMS = "request.auth.claims";
  private static final String HEADERS = "request.headers";
  private static final String EXPERIMENTAL = "experimental.";

  private final String namespace;
  private final boolean tcp;
  private final Action action;
  private boolean impossible;

  private RuleTranslator(String namespace, boolean tcp, Action action) {
    this.namespace = namespace;
    this.tcp = tcp;
    this.action = action;
  }

  /**
   * The policy of a rule, or null when the rule cannot hold.
   *
   * @param tcp whether connections are judged, not requests
   * @param action of the rule's policy
   */
  static @Nullable Policy translate(Rule rule, String namespace, boolean tcp, Action action) {
    return new RuleTranslator(namespace, tcp, action).translate(rule);
  }

  private @Nullable Policy translate(Rule rule) {
    List<Permission> fromWhen = new ArrayList<>();
    List<Principal> principalsFromWhen = new ArrayList<>();
    for (Condition condition : rule.when()) {
      condition(condition, fromWhen, principalsFromWhen);
    }
    Policy.Builder policy = Policy.newBuilder();
    List<To> operations = rule.to().isEmpty() ? List.of(new To(null)) : rule.to();
    for (To to : operations) {
      List<Permission> all = permissions(to.operation());
      all.addAll(fromWhen);
      policy.addPermissions(allOf(all));
    }
    List<From> sources = rule.from().isEmpty() ? List.of(new From(null)) : rule.from();
    for (From from : sources) {
      List<Principal> all = principals(from.source());
      all.addAll(principalsFromWhen);
      policy.addPrincipals(allOfPrincipals(all));
    }
    return impossible ? null : policy.build();
  }

  private List<Permission> permissions(@Nullable Operation operation) {
    List<Permission> all = new ArrayList<>();
    if (operation != null) {
      http(all, operation.hosts(), operation.notHosts(), Attribute::host);
      http(all, operation.methods(), operation.notMethods(), Attribute::method);
      http(all, operation.paths(), operation.notPaths(), Attribute::path);
      permission(all, operation.ports(), operation.notPorts(), Attribute::port);
    }
    return all;
  }

  private void http(
      List<Permission> all,
      List<String> values,
      List<String> notValues,
      Function<String, Permission> one) {
    if (requestsOnly(values, notValues)) {
      permission(all, values, notValues, one);
    }
  }

  /** Whether a field of requests may be used; notes when it makes the rule impossible. */
  private boolean requestsOnly(List<String> values, List<String> notValues) {
    boolean used = !values.isEmpty() || !notValues.isEmpty();
    if (used && tcp) {
      impossible |= action == Action.ALLOW;
      return false;
    }
    return used;
  }

  private static void permission(
      List<Permission> all,
      List<String> values,
      List<String> notValues,
      Function<String, Permission> one) {
    if (!values.isEmpty()) {
      all.add(anyOf(values, one));
    }
    if (!notValues.isEmpty()) {
      all.add(Permission.newBuilder().setNotRule(anyOf(notValues, one)).build());
    }
  }

  private static Permission anyOf(List<String> values, Function<String, Permission> one) {
    Permission.Set.Builder any = Permission.Set.newBuilder();
    values.forEach(value -> any.addRules(one.apply(value)));
    return Permission.newBuilder().setOrRules(any).build();
  }

  private static Permission allOf(List<Permission> rules) {
    Permission.Set.Builder all = Permission.Set.newBuilder().addAllRules(rules);
    if (rules.isEmpty()) {
      all.addRules(Permission.newBuilder().setAny(true));
    }
    return Permission.newBuilder().setAndRules(all).build();
  }

  private List<Principal> principals(@Nullable Source source) {
    List<Principal> all = new ArrayList<>();
    if (source == null) {
      return all;
    }
    principal(all, source.principals(), source.notPrincipals(), Attribute::principal);
    if (requestsOnly(source.requestPrincipals(), source.notRequestPrincipals())) {
      requestPrincipals(all, source.requestPrincipals(), source.notRequestPrincipals());
    }
    principal(
        all,
        source.serviceAccounts(),
        source.notServiceAccounts(),
        value -> Attribute.serviceAccount(value, namespace));
    principal(all, source.namespaces(), source.notNamespaces(), Attribute::namespace);
    principal(all, source.trustDomains(), source.notTrustDomains(), Attribute::trustDomain);
    principal(all, source.remoteIpBlocks(), source.notRemoteIpBlocks(), Attribute::remoteIp);
    principal(all, source.ipBlocks(), source.notIpBlocks(), Attribute::peerIp);
    return all;
  }

  private static void requestPrincipals(
      List<Principal> all, List<String> values, List<String> notValues) {
    if (!values.isEmpty()) {
      all.add(requestPrincipal(values));
    }
    if (!notValues.isEmpty()) {
      all.add(Principal.newBuilder().setNotId(requestPrincipal(notValues)).build());
    }
  }

  private static Principal requestPrincipal(List<String> values) {
    return values.size() == 1
        ? TokenClaims.requestPrincipal(values.getFirst())
        : anyPrincipal(values, TokenClaims::requestPrincipal);
  }

  private static void principal(
      List<Principal> all,
      List<String> values,
      List<String> notValues,
      Function<String, Principal> one) {
    if (!values.isEmpty()) {
      all.add(anyPrincipal(values, one));
    }
    if (!notValues.isEmpty()) {
      all.add(Principal.newBuilder().setNotId(anyPrincipal(notValues, one)).build());
    }
  }

  private static Principal anyPrincipal(List<String> values, Function<String, Principal> one) {
    Principal.Set.Builder any = Principal.Set.newBuilder();
    values.forEach(value -> any.addIds(one.apply(value)));
    return Principal.newBuilder().setOrIds(any).build();
  }

  private static Principal allOfPrincipals(List<Principal> principals) {
    Principal.Set.Builder all = Principal.Set.newBuilder().addAllIds(principals);
    if (principals.isEmpty()) {
      all.addIds(Principal.newBuilder().setAny(true));
    }
    return Principal.newBuilder().setAndIds(all).build();
  }

  private void condition(
      Condition condition, List<Permission> permissions, List<Principal> principals) {
    String key = condition.key();
    List<String> values = condition.values();
    List<String> notValues = condition.notValues();
    switch (key) {
      case "destination.ip" -> permission(permissions, values, notValues, Attribute::destinationIp);
      case "destination.port" -> permission(permissions, values, notValues, Attribute::port);
      case "connection.sni" -> permission(permissions, values, notValues, Attribute::serverName);
      case "source.ip" -> principal(principals, values, notValues, Attribute::peerIp);
      case "remote.ip" -> principal(principals, values, notValues, Attribute::remoteIp);
      case "source.namespace" -> principal(principals, values, notValues, Attribute::namespace);
      case "source.principal" -> principal(principals, values, notValues, Attribute::principal);
      case "source.trustDomain" -> principal(principals, values, notValues, Attribute::trustDomain);
      case "source.serviceAccount" ->
          principal(principals, values, notValues, v -> Attribute.serviceAccount(v, namespace));
      default -> {
        if (key.startsWith(EXPERIMENTAL)) {
          experimental(permissions, key, values, notValues);
        } else if (requestsOnly(values, notValues)) {
          ofRequest(key, values, notValues, principals);
        }
      }
    }
  }

  private static void ofRequest(
      String key, List<String> values, List<String> notValues, List<Principal> principals) {
    List<String> path = brackets(key);
    if (key.startsWith(HEADERS)) {
      String name = path.isEmpty() ? "" : path.getFirst();
      principal(principals, values, notValues, value -> Attribute.requestHeader(name, value));
    } else if (key.equals("request.auth.principal")) {
      requestPrincipals(principals, values, notValues);
    } else if (key.equals("request.auth.presenter")) {
      claims(principals, List.of("azp"), values, notValues);
    } else if (key.equals("request.auth.audiences")) {
      claims(principals, List.of("aud"), values, notValues);
    } else if (key.startsWith(CLAIMS)) {
      claims(principals, path, values, notValues);
    }
  }

  private static void claims(
      List<Principal> principals, List<String> path, List<String> values, List<String> notValues) {
    if (!values.isEmpty()) {
      principals.add(TokenClaims.claim(path, values));
    }
    if (!notValues.isEmpty()) {
      principals.add(Principal.newBuilder().setNotId(TokenClaims.claim(path, notValues)).build());
    }
  }

  /** {@code experimental.envoy.filters.NAME[key]}: metadata of another filter. */
  private static void experimental(
      List<Permission> permissions, String key, List<String> values, List<String> notValues) {
    if (!values.isEmpty()) {
      permissions.add(metadata(key, values));
    }
    if (!notValues.isEmpty()) {
      permissions.add(Permission.newBuilder().setNotRule(metadata(key, notValues)).build());
    }
  }

  private static Permission metadata(String key, List<String> values) {
    int bracket = key.indexOf('[');
    String filter = key.substring(EXPERIMENTAL.length(), bracket < 0 ? key.length() : bracket);
    ValueMatcher any = TokenClaims.anyOf(values.stream().map(RuleTranslator::metadata).toList());
    return Permission.newBuilder()
        .setMetadata(TokenClaims.metadata(filter, brackets(key), any))
        .build();
  }

  /** A text, or {@code [text]} for a list that holds it. */
  private static ValueMatcher metadata(String value) {
    boolean list = value.startsWith("[") && value.endsWith("]");
    ValueMatcher text =
        ValueMatcher.newBuilder()
            .setStringMatch(
                TextPattern.matcher(list ? value.substring(1, value.length() - 1) : value))
            .build();
    return list
        ? ValueMatcher.newBuilder().setListMatch(ListMatcher.newBuilder().setOneOf(text)).build()
        : text;
  }

  /** The texts in a key's brackets: {@code claims[a][b]}. */
  private static List<String> brackets(String key) {
    List<String> parts = new ArrayList<>();
    int open = key.indexOf('[');
    while (open >= 0) {
      int close = key.indexOf(']', open);
      if (close < 0) {
        break;
      }
      parts.add(key.substring(open + 1, close));
      open = key.indexOf('[', close);
    }
    return parts;
  }
}
