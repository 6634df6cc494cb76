package io.weir.proxy.listener;

import io.weir.proxy.network.DownstreamConnectionInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a filter chain by the nine criteria of {@code FilterChainMatch}, one after the other:
 * each step goes down the most specific branch that fits, and never comes back to another one.
 * Built once, then read by all workers.
 */
final class FilterChainMatcher implements ChainFinder {
  private static final String ANY = "";

  /** The last criterion; the source IP's range leads here. Port 0 is any port. */
  private static final class Ports extends HashMap<Integer, Integer> {}

  private static final class Types extends EnumMap<SourceType, PrefixTable<Ports>> {
    Types() {
      super(SourceType.class);
    }
  }

  /** By ALPN name. */
  private static final class Protocols extends HashMap<String, PrefixTable<Types>> {}

  /** By transport protocol. */
  private static final class Transports extends HashMap<String, Protocols> {}

  /** By server name, suffixes with a leading dot. */
  private static final class Names extends HashMap<String, Transports> {}

  private final Map<Integer, PrefixTable<Names>> byPort = new HashMap<>();

  /**
   * Adds a chain for everything that its match covers.
   *
   * @param chain the chain's index
   * @return the index of a chain that covers the same already, or {@link #NONE}
   */
  int add(int chain, FilterChainMatch match) {
    var taken = new int[] {NONE};
    var tables = new ArrayList<Names>();
    var destinations = byPort.computeIfAbsent(match.destinationPort(), _ -> new PrefixTable<>());
    forEach(destinations, match.destinations(), Names::new, tables::add);
    for (Names table : tables) {
      for (String name : orAny(match.serverNames())) {
        Transports transports = table.computeIfAbsent(name, _ -> new Transports());
        Protocols protocols =
            transports.computeIfAbsent(match.transportProtocol(), _ -> new Protocols());
        for (String protocol : orAny(match.applicationProtocols())) {
          var sources = protocols.computeIfAbsent(protocol, _ -> new PrefixTable<>());
          addSources(chain, match, sources, taken);
        }
      }
    }
    return taken[0];
  }

  private static void addSources(
      int chain, FilterChainMatch match, PrefixTable<Types> direct, int[] taken) {
    forEach(
        direct,
        match.directSources(),
        Types::new,
        types ->
            forEach(
                types.computeIfAbsent(match.sourceType(), _ -> new PrefixTable<>()),
                match.sources(),
                Ports::new,
                ports -> {
                  for (int port : match.sourcePorts().isEmpty() ? ANY_PORT : match.sourcePorts()) {
                    Integer other = ports.putIfAbsent(port, chain);
                    if (other != null && other != chain) {
                      taken[0] = other;
                    }
                  }
                }));
  }

  private static final List<Integer> ANY_PORT = List.of(0);

  private static List<String> orAny(List<String> values) {
    return values.isEmpty() ? List.of(ANY) : values;
  }

  private static <T> void forEach(
      PrefixTable<T> table,
      List<FilterChainMatch.Range> ranges,
      Supplier<T> make,
      Consumer<T> action) {
    if (ranges.isEmpty()) {
      action.accept(table.any(make));
    }
    for (FilterChainMatch.Range range : ranges) {
      action.accept(table.range(range.address(), range.length(), make));
    }
  }

  @Override
  public int find(DownstreamConnectionInfo info) {
    PrefixTable<Names> destinations = byPort.get(portOf(info.localAddress()));
    if (destinations == null) {
      destinations = byPort.get(0);
    }
    Names names = destinations == null ? null : destinations.find(info.localAddress());
    Transports transports = names == null ? null : byName(names, info.requestedServerName());
    Protocols protocols =
        transports == null ? null : exactOrAny(transports, info.detectedTransport());
    PrefixTable<Types> direct =
        protocols == null ? null : byProtocol(protocols, info.applicationProtocols());
    Types types = direct == null ? null : direct.find(info.directRemoteAddress());
    return types == null ? NONE : bySource(types, info);
  }

  private static @Nullable Transports byName(Names names, @Nullable String serverName) {
    if (serverName != null && !serverName.isEmpty()) {
      Transports exact = names.get(serverName);
      if (exact != null) {
        return exact;
      }
      for (int dot = serverName.indexOf('.', 1); dot > 0; dot = serverName.indexOf('.', dot + 1)) {
        Transports suffix = names.get(serverName.substring(dot));
        if (suffix != null) {
          return suffix;
        }
      }
    }
    return names.get(ANY);
  }

  private static <T> @Nullable T exactOrAny(Map<String, T> map, String key) {
    T exact = map.get(key);
    return exact != null ? exact : map.get(ANY);
  }

  private static @Nullable PrefixTable<Types> byProtocol(Protocols map, List<String> offered) {
    for (String protocol : offered) {
      PrefixTable<Types> match = map.get(protocol);
      if (match != null) {
        return match;
      }
    }
    return map.get(ANY);
  }

  private static int bySource(Types types, DownstreamConnectionInfo info) {
    PrefixTable<Ports> sources = types.get(SourceType.of(info));
    if (sources == null) {
      sources = types.get(SourceType.ANY);
    }
    Ports ports = sources == null ? null : sources.find(info.remoteAddress());
    if (ports == null) {
      return NONE;
    }
    Integer chain = ports.get(portOf(info.remoteAddress()));
    if (chain == null) {
      chain = ports.get(0);
    }
    return chain == null ? NONE : chain;
  }

  private static int portOf(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }
}
