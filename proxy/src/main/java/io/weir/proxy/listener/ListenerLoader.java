package io.weir.proxy.listener;

import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.weir.filter.Metadata;
import io.weir.filter.Problems;
import io.weir.filter.TrafficDirection;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.proxy.accesslog.AccessLogs;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.formatter.AddressText;
import io.weir.proxy.overload.OpenConnections;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.listener.v3.Listener}. */
public final class ListenerLoader {
  private static final long DEFAULT_BUFFER_LIMIT = 1 << 20;
  private static final long DEFAULT_FILTERS_TIMEOUT_MILLIS = 15_000;

  private final Listener listener;
  private final LoadContext context;
  private final Problems problems;

  private ListenerLoader(Listener listener, LoadContext context) {
    this.listener = listener;
    this.context = context;
    this.problems = context.problems();
  }

  /**
   * Loads a listener with everything in it.
   *
   * @param context knows the listener's direction and metadata
   * @return null when problems were reported
   */
  public static @Nullable ListenerConfig load(Listener listener, LoadContext context) {
    int before = context.problems().count();
    ListenerConfig config = new ListenerLoader(listener, context).load();
    return context.problems().count() > before ? null : config;
  }

  /** The direction that a listener states. */
  public static TrafficDirection direction(Listener listener) {
    return switch (listener.getTrafficDirection()) {
      case INBOUND -> TrafficDirection.INBOUND;
      case OUTBOUND -> TrafficDirection.OUTBOUND;
      default -> TrafficDirection.UNSPECIFIED;
    };
  }

  private @Nullable ListenerConfig load() {
    List<SocketAddress> addresses = addresses();
    if (addresses.isEmpty()) {
      return null;
    }
    String statPrefix = statPrefix(addresses.get(0));
    LoadContext inListener = context.withStatPrefix(statPrefix);
    var byMatch = new FilterChainMatcher();
    List<FilterChainConfig> chains = chains(inListener, byMatch);
    ChainFinder matcher = listener.hasFilterChainMatcher() ? byTree(inListener) : byMatch;
    FilterChainConfig defaultChain =
        listener.hasDefaultFilterChain()
            ? FilterChainLoader.load(
                listener.getDefaultFilterChain(), inListener.at("default_filter_chain"))
            : null;
    if (chains.isEmpty() && defaultChain == null) {
      problems.add("filter_chains", "no filter chains specified");
    }
    Metadata metadata = ProtoValues.of(listener.getMetadata());
    return new ListenerConfig(
        listener.getName(),
        addresses,
        statPrefix,
        direction(listener),
        metadata,
        listener.hasPerConnectionBufferLimitBytes()
            ? Integer.toUnsignedLong(listener.getPerConnectionBufferLimitBytes().getValue())
            : DEFAULT_BUFFER_LIMIT,
        listenerFilters(inListener),
        filtersTimeoutMillis(),
        listener.getContinueOnListenerFiltersTimeout(),
        chains,
        defaultChain,
        matcher == null ? byMatch : matcher,
        accessLogs(inListener),
        SocketOptions.of(listener, problems),
        bindsToPort(),
        listener.getUseOriginalDst().getValue(),
        listener.getDrainType() == Listener.DrainType.DEFAULT,
        new ListenerConfig.LoadOptions(
            new OpenConnections(
                Long.MAX_VALUE,
                "envoy.resource_limits.listener." + listener.getName() + ".connection_limit",
                context.runtime()),
            !listener.getIgnoreGlobalConnLimit(),
            listener.getBypassOverloadManager()),
        listener.toBuilder()
            .clearFilterChains()
            .clearDefaultFilterChain()
            .clearFilterChainMatcher()
            .build()
            .toByteString());
  }

  @SuppressWarnings("deprecation")
  private boolean bindsToPort() {
    var old = listener.getDeprecatedV1();
    return (!listener.hasBindToPort() || listener.getBindToPort().getValue())
        && (!old.hasBindToPort() || old.getBindToPort().getValue());
  }

  private long filtersTimeoutMillis() {
    if (!listener.hasListenerFiltersTimeout()) {
      return DEFAULT_FILTERS_TIMEOUT_MILLIS;
    }
    long millis = Durations.toMillis(listener.getListenerFiltersTimeout());
    if (millis < 0) {
      problems.add("listener_filters_timeout", "expected positive duration: " + millis + " ms");
    }
    return millis;
  }

  private List<SocketAddress> addresses() {
    var addresses = new ArrayList<SocketAddress>();
    add(addresses, ListenerAddresses.address(listener.getAddress(), problems.at("address")));
    for (int i = 0; i < listener.getAdditionalAddressesCount(); i++) {
      Problems at = problems.at("additional_addresses[" + i + "].address");
      add(
          addresses,
          ListenerAddresses.address(listener.getAdditionalAddresses(i).getAddress(), at));
    }
    return addresses;
  }

  private static void add(List<SocketAddress> addresses, @Nullable SocketAddress address) {
    if (address != null) {
      addresses.add(address);
    }
  }

  private String statPrefix(SocketAddress address) {
    String name =
        listener.getStatPrefix().isEmpty() ? AddressText.text(address) : listener.getStatPrefix();
    return "listener." + name.replace(':', '_') + ".";
  }

  private List<FilterChainConfig> chains(LoadContext inListener, FilterChainMatcher matcher) {
    var chains = new ArrayList<FilterChainConfig>();
    for (int i = 0; i < listener.getFilterChainsCount(); i++) {
      String path = "filter_chains[" + i + "]";
      FilterChainConfig chain =
          FilterChainLoader.load(listener.getFilterChains(i), inListener.at(path));
      int other =
          listener.hasFilterChainMatcher()
              ? FilterChainMatcher.NONE
              : matcher.add(i, chain.match());
      if (other != FilterChainMatcher.NONE) {
        problems.add(
            path + ".filter_chain_match",
            "the same matching rules as filter_chains[" + other + "] has",
            "no connection would ever reach this chain; remove one of them");
      }
      chains.add(chain);
    }
    return chains;
  }

  /** Chains by name, chosen by the matcher. */
  private @Nullable ChainFinder byTree(LoadContext inListener) {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < listener.getFilterChainsCount(); i++) {
      var chain = listener.getFilterChains(i);
      String path = "filter_chains[" + i + "]";
      if (chain.hasFilterChainMatch()) {
        problems.add(
            path + ".filter_chain_match",
            "set together with the listener's filter_chain_matcher",
            "use one of them");
      }
      if (chain.getName().isEmpty()) {
        problems.add(path + ".name", "empty, where filter_chain_matcher chooses by name");
      } else if (names.putIfAbsent(chain.getName(), i) != null) {
        problems.add(path + ".name", "a second filter chain is named " + chain.getName());
      }
    }
    return TreeChainFinder.load(
        listener.getFilterChainMatcher(), names, inListener.at("filter_chain_matcher"));
  }

  private List<ListenerFilterConfig> listenerFilters(LoadContext inListener) {
    var filters = new ArrayList<ListenerFilterConfig>();
    for (int i = 0; i < listener.getListenerFiltersCount(); i++) {
      ListenerFilter filter = listener.getListenerFilters(i);
      LoadContext at = inListener.at("listener_filters[" + i + "].typed_config");
      ListenerFilterConfig config = at.listenerFilter(filter.getName(), filter.getTypedConfig());
      if (config == null) {
        continue;
      }
      if (!filter.hasFilterDisabled()) {
        filters.add(config);
        continue;
      }
      SocketPredicate disabled =
          SocketPredicate.load(
              filter.getFilterDisabled(),
              problems.at("listener_filters[" + i + "].filter_disabled"));
      filters.add(new DisabledListenerFilter(config, disabled));
    }
    if (listener.getUseOriginalDst().getValue()) {
      filters.add(OriginalDestinationFilter::new);
    }
    return filters;
  }

  private List<AccessLogConfig> accessLogs(LoadContext inListener) {
    var logs = new ArrayList<AccessLogConfig>();
    for (int i = 0; i < listener.getAccessLogCount(); i++) {
      AccessLog log = listener.getAccessLog(i);
      AccessLogConfig config = AccessLogs.load(log, inListener.at("access_log[" + i + "]"));
      if (config != null) {
        logs.add(config);
      }
    }
    return logs;
  }
}
