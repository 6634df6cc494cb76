package io.weir.proxy.router;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.LoadContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Per-filter configurations as one level of a route table sees them, those of less specific levels
 * included. Immutable.
 */
final class FilterConfigs {
  static final FilterConfigs NONE = new FilterConfigs(Map.of());

  /**
   * What is known about one filter.
   *
   * @param configs least specific first
   * @param disabled null when no level says
   */
  private record Entry(List<RouteConfig> configs, @Nullable Boolean disabled) {}

  private final Map<String, Entry> entries;

  private FilterConfigs(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /** This level on top of {@code outer}. */
  static FilterConfigs load(Map<String, Any> configs, FilterConfigs outer, LoadContext context) {
    if (configs.isEmpty()) {
      return outer;
    }
    var merged = new HashMap<>(outer.entries);
    configs.forEach(
        (name, any) -> {
          LoadContext at = context.at("typed_per_filter_config[" + name + "]");
          Entry known = merged.getOrDefault(name, new Entry(List.of(), null));
          Entry entry = any.is(FilterConfig.class) ? wrapped(name, any, known, at) : null;
          if (entry == null && !any.is(FilterConfig.class)) {
            entry = with(name, any, known, at);
          }
          if (entry != null) {
            merged.put(name, entry);
          }
        });
    return new FilterConfigs(Map.copyOf(merged));
  }

  private static @Nullable Entry wrapped(String name, Any any, Entry known, LoadContext context) {
    FilterConfig config = context.unpack(any, FilterConfig.getDefaultInstance());
    if (config == null) {
      return null;
    }
    if (config.getDisabled()) {
      return new Entry(known.configs, true);
    }
    if (!config.hasConfig() || config.getConfig().getTypeUrl().isEmpty()) {
      // An empty wrapper opts in to a filter that is disabled in the chain.
      return new Entry(known.configs, false);
    }
    return with(name, config.getConfig(), known, context.at("config"));
  }

  private static @Nullable Entry with(String name, Any any, Entry known, LoadContext context) {
    RouteConfig config = context.routeConfig(name, any);
    if (config == null) {
      return null;
    }
    var configs = new ArrayList<>(known.configs);
    configs.add(config);
    return new Entry(List.copyOf(configs), false);
  }

  @Nullable RouteConfig mostSpecific(String name) {
    Entry entry = entries.get(name);
    return entry == null || entry.configs.isEmpty() ? null : entry.configs.getLast();
  }

  List<RouteConfig> all(String name) {
    Entry entry = entries.get(name);
    return entry == null ? List.of() : entry.configs;
  }

  @Nullable Boolean disabled(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.disabled;
  }
}
