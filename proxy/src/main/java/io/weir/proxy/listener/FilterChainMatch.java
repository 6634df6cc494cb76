package io.weir.proxy.listener;

import java.net.InetAddress;
import java.util.List;

/**
 * Which connections a filter chain is for; empty lists and 0 mean "any".
 *
 * @param destinationPort 0 for any
 * @param serverNames exact names, or suffixes that begin with a dot
 * @param transportProtocol empty for any
 */
record FilterChainMatch(
    int destinationPort,
    List<Range> destinations,
    List<String> serverNames,
    String transportProtocol,
    List<String> applicationProtocols,
    List<Range> directSources,
    SourceType sourceType,
    List<Range> sources,
    List<Integer> sourcePorts) {
  static final FilterChainMatch ANY =
      new FilterChainMatch(
          0, List.of(), List.of(), "", List.of(), List.of(), SourceType.ANY, List.of(), List.of());

  FilterChainMatch {
    destinations = List.copyOf(destinations);
    serverNames = List.copyOf(serverNames);
    applicationProtocols = List.copyOf(applicationProtocols);
    directSources = List.copyOf(directSources);
    sources = List.copyOf(sources);
    sourcePorts = List.copyOf(sourcePorts);
  }

  /** A CIDR range. */
  record Range(InetAddress address, int length) {}
}
