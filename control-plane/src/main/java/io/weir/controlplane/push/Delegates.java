package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.StringMatch;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rules of delegates into the VirtualServices that refer to them, one level deep: a rule
 * of the delegate holds within the match of the rule that names it, and what it does not set it
 * takes from there.
 */
final class Delegates {

  private final Map<String, Config<VirtualService>> delegates = new LinkedHashMap<>();

  /**
   * @param all resolved VirtualServices; those without hosts are delegates
   */
  Delegates(List<Config<VirtualService>> all) {
    for (Config<VirtualService> config : all) {
      if (config.spec().hosts().isEmpty()) {
        delegates.put(config.namespace() + "/" + config.name(), config);
      }
    }
  }

  Config<VirtualService> merge(Config<VirtualService> root) {
    if (root.spec().http().stream().allMatch(route -> route.delegate() == null)) {
      return root;
    }
    List<HttpRoute> http = new ArrayList<>();
    for (HttpRoute route : root.spec().http()) {
      VirtualService.Delegate named = route.delegate();
      if (named == null) {
        http.add(route);
        continue;
      }
      String namespace = named.namespace().isEmpty() ? root.namespace() : named.namespace();
      Config<VirtualService> delegate = delegates.get(namespace + "/" + named.name());
      if (delegate != null) {
        delegate.spec().http().forEach(rule -> add(http, route, rule));
      }
    }
    VirtualService spec = root.spec();
    return new Config<>(
        root.meta(),
        new VirtualService(
            spec.hosts(),
            spec.gateways(),
            List.copyOf(http),
            spec.tls(),
            spec.tcp(),
            spec.exportTo()),
        root.origin(),
        root.revision());
  }

  private static void add(List<HttpRoute> out, HttpRoute root, HttpRoute rule) {
    List<HttpMatch> matches = matches(root.match(), rule.match());
    if (matches == null || rule.delegate() != null) {
      return;
    }
    String name =
        root.name().isEmpty() || rule.name().isEmpty()
            ? root.name() + rule.name()
            : root.name() + "-" + rule.name();
    out.add(
        new HttpRoute(
            name,
            matches,
            rule.route(),
            rule.redirect(),
            either(rule.directResponse(), root.directResponse()),
            null,
            either(rule.rewrite(), root.rewrite()),
            either(rule.timeout(), root.timeout()),
            either(rule.retries(), root.retries()),
            either(rule.fault(), root.fault()),
            either(rule.mirror(), root.mirror()),
            rule.mirrors().isEmpty() ? root.mirrors() : rule.mirrors(),
            either(rule.mirrorPercent(), root.mirrorPercent()),
            either(rule.mirrorPercentage(), root.mirrorPercentage()),
            either(rule.corsPolicy(), root.corsPolicy()),
            either(rule.headers(), root.headers())));
  }

  /** Null when a match of the rule lies outside every match of the one that names it. */
  private static @Nullable List<HttpMatch> matches(List<HttpMatch> roots, List<HttpMatch> rules) {
    if (roots.isEmpty()) {
      return rules;
    }
    if (rules.isEmpty()) {
      return roots;
    }
    List<HttpMatch> merged = new ArrayList<>();
    for (HttpMatch rule : rules) {
      List<HttpMatch> within =
          roots.stream().filter(root -> !conflict(root, rule)).map(r -> merge(r, rule)).toList();
      if (within.isEmpty()) {
        return null;
      }
      merged.addAll(within);
    }
    return merged;
  }

  private static boolean conflict(HttpMatch root, HttpMatch rule) {
    return conflict(root.uri(), rule.uri())
        || conflict(root.scheme(), rule.scheme())
        || conflict(root.method(), rule.method())
        || conflict(root.authority(), rule.authority())
        || conflict(root.headers(), rule.headers())
        || conflict(root.withoutHeaders(), rule.withoutHeaders())
        || conflict(root.queryParams(), rule.queryParams())
        || root.ignoreUriCase() != rule.ignoreUriCase()
        || root.port() > 0 && rule.port() > 0 && root.port() != rule.port()
        || !root.sourceNamespace().isEmpty()
            && !root.sourceNamespace().equals(rule.sourceNamespace())
        || !root.gateways().isEmpty() && !root.gateways().containsAll(rule.gateways())
        || root.sourceLabels().entrySet().stream()
            .anyMatch(
                e ->
                    rule.sourceLabels().containsKey(e.getKey())
                        && !e.getValue().equals(rule.sourceLabels().get(e.getKey())));
  }

  private static boolean conflict(Map<String, StringMatch> root, Map<String, StringMatch> rule) {
    return root.entrySet().stream()
        .anyMatch(
            e -> rule.containsKey(e.getKey()) && conflict(e.getValue(), rule.get(e.getKey())));
  }

  /** Whether the rule's match is not a part of the root's; expressions are never compared. */
  private static boolean conflict(@Nullable StringMatch root, @Nullable StringMatch rule) {
    if (root == null || rule == null) {
      return false;
    }
    if (root.exact() != null) {
      return !root.exact().equals(rule.exact());
    }
    String narrow = rule.exact() != null ? rule.exact() : rule.prefix();
    return root.prefix() == null || narrow == null || !narrow.startsWith(root.prefix());
  }

  private static HttpMatch merge(HttpMatch root, HttpMatch rule) {
    String name =
        root.name().isEmpty() || rule.name().isEmpty()
            ? root.name() + rule.name()
            : root.name() + "-" + rule.name();
    return new HttpMatch(
        name,
        either(rule.uri(), root.uri()),
        either(rule.scheme(), root.scheme()),
        either(rule.method(), root.method()),
        either(rule.authority(), root.authority()),
        union(root.headers(), rule.headers()),
        rule.port() > 0 ? rule.port() : root.port(),
        union(root.sourceLabels(), rule.sourceLabels()),
        rule.gateways().isEmpty() ? root.gateways() : rule.gateways(),
        union(root.queryParams(), rule.queryParams()),
        rule.ignoreUriCase(),
        union(root.withoutHeaders(), rule.withoutHeaders()),
        rule.sourceNamespace().isEmpty() ? root.sourceNamespace() : rule.sourceNamespace(),
        rule.statPrefix().isEmpty() ? root.statPrefix() : rule.statPrefix());
  }

  private static <V> Map<String, V> union(Map<String, V> root, Map<String, V> rule) {
    Map<String, V> all = new LinkedHashMap<>(root);
    all.putAll(rule);
    return java.util.Collections.unmodifiableMap(all);
  }

  private static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
    return first != null ? first : second;
  }
}
