package io.weir.proxy.listener;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.LoadContext.NetworkFilterEntry;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.tls.DownstreamTransportSocket;
import io.weir.proxy.tls.TransportSockets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compiles {@code envoy.config.listener.v3.FilterChain}. */
final class FilterChainLoader {
  private FilterChainLoader() {}

  /** The chain; incomplete when problems were reported. */
  static FilterChainConfig load(FilterChain chain, LoadContext context) {
    Problems problems = context.problems();
    if (chain.getUseProxyProto().getValue()) {
      problems.add(
          "use_proxy_proto",
          "deprecated and not implemented",
          "use the listener filter envoy.filters.listener.proxy_protocol");
    }
    DownstreamTransportSocket transport =
        chain.hasTransportSocket()
            ? TransportSockets.downstream(
                chain.getTransportSocket(), context.at("transport_socket"))
            : null;
    long timeout =
        chain.hasTransportSocketConnectTimeout()
            ? com.google.protobuf.util.Durations.toMillis(chain.getTransportSocketConnectTimeout())
            : 0;
    return new FilterChainConfig(
        chain.getName(),
        match(chain, problems.at("filter_chain_match")),
        filters(chain, context),
        transport,
        timeout,
        ProtoValues.of(chain.getMetadata()),
        chain.toByteString());
  }

  private static List<NetworkFilterEntry> filters(FilterChain chain, LoadContext context) {
    var entries = new ArrayList<NetworkFilterEntry>();
    int count = chain.getFiltersCount();
    for (int i = 0; i < count; i++) {
      Filter filter = chain.getFilters(i);
      LoadContext at = context.at("filters[" + i + "]");
      if (filter.hasConfigDiscovery()) {
        at.problems().add("config_discovery", "network filters by ECDS are not implemented");
        continue;
      }
      NetworkFilterEntry entry =
          at.at("typed_config").networkFilter(filter.getName(), filter.getTypedConfig());
      if (entry == null) {
        continue;
      }
      entries.add(entry);
      if (entry.terminal() != (i == count - 1)) {
        at.problems()
            .add(
                "",
                entry.terminal()
                    ? "terminal filter named " + filter.getName() + " must be the last in its chain"
                    : "non-terminal filter named " + filter.getName() + " is the last in its chain",
                "end the chain with tcp_proxy, the HTTP connection manager or another that"
                    + " answers");
      }
    }
    return entries;
  }

  static FilterChainMatch match(FilterChain chain, Problems problems) {
    if (!chain.hasFilterChainMatch()) {
      return FilterChainMatch.ANY;
    }
    var match = chain.getFilterChainMatch();
    return new FilterChainMatch(
        match.getDestinationPort().getValue(),
        ranges(match.getPrefixRangesList(), "prefix_ranges", problems),
        serverNames(match.getServerNamesList(), problems),
        match.getTransportProtocol(),
        match.getApplicationProtocolsList(),
        ranges(match.getDirectSourcePrefixRangesList(), "direct_source_prefix_ranges", problems),
        switch (match.getSourceType()) {
          case SAME_IP_OR_LOOPBACK -> SourceType.SAME_IP_OR_LOOPBACK;
          case EXTERNAL -> SourceType.EXTERNAL;
          default -> SourceType.ANY;
        },
        ranges(match.getSourcePrefixRangesList(), "source_prefix_ranges", problems),
        match.getSourcePortsList());
  }

  private static List<FilterChainMatch.Range> ranges(
      List<CidrRange> ranges, String field, Problems problems) {
    var result = new ArrayList<FilterChainMatch.Range>(ranges.size());
    for (int i = 0; i < ranges.size(); i++) {
      var range = ListenerAddresses.range(ranges.get(i), problems.at(field + "[" + i + "]"));
      if (range != null) {
        result.add(range);
      }
    }
    return result;
  }

  private static List<String> serverNames(List<String> names, Problems problems) {
    var result = new ArrayList<String>(names.size());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).toLowerCase(Locale.ROOT);
      boolean suffix = name.startsWith("*.");
      if (name.indexOf('*', suffix ? 1 : 0) >= 0) {
        problems.add(
            "server_names[" + i + "]",
            "partial wildcards are not supported: " + name,
            "write *.example.com, or leave server_names out for any name");
      }
      result.add(suffix ? name.substring(1) : name);
    }
    return result;
  }
}
