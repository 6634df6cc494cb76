package io.weir.controlplane.patch;

import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.FilterChainOrBuilder;
import io.envoyproxy.envoy.config.listener.v3.ListenerOrBuilder;
import io.weir.controlplane.patch.ObjectMatch.FilterName;
import io.weir.controlplane.patch.ObjectMatch.OfChain;
import io.weir.controlplane.patch.ObjectMatch.OfListener;
import io.weir.controlplane.patch.Trace.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which listeners and filter chains a patch is for. The rules are those of Istio's code, which
 * differ from its documents: a port on a virtual listener means the destination port of its chains,
 * and server names are compared as texts.
 */
final class ListenerMatching {

  private ListenerMatching() {}

  static boolean listener(OrderedPatch ordered, ListenerOrBuilder listener) {
    if (!(ordered.patch().match() instanceof OfListener match)) {
      return true;
    }
    if (!match.name().isEmpty() && !match.name().equals(listener.getName())) {
      return ordered.trace().fails(Condition.LISTENER_NAME, match.name(), listener.getName());
    }
    if (ordered.patch().applyTo() != ApplyTo.LISTENER && isVirtual(listener)) {
      return true; // the port is compared with the chains' destination ports
    }
    int port = listener.getAddress().getSocketAddress().getPortValue();
    if (match.portNumber() != 0 && match.portNumber() != port) {
      return ordered
          .trace()
          .fails(
              Condition.LISTENER_PORT,
              Integer.toString(match.portNumber()),
              Integer.toString(port));
    }
    return true;
  }

  static boolean chain(
      OrderedPatch ordered, ListenerOrBuilder listener, FilterChainOrBuilder chain) {
    if (!(ordered.patch().match() instanceof OfListener match)) {
      return true;
    }
    FilterChainMatch actual = chain.getFilterChainMatch();
    int port = actual.getDestinationPort().getValue();
    if (isVirtual(listener) && match.portNumber() != 0 && match.portNumber() != port) {
      return ordered
          .trace()
          .fails(
              Condition.LISTENER_PORT,
              Integer.toString(match.portNumber()),
              port == 0 ? "" : Integer.toString(port));
    }
    return match.filterChain() == null
        || chainConditions(ordered.trace(), match.filterChain(), chain, actual);
  }

  private static boolean chainConditions(
      Trace trace, OfChain wanted, FilterChainOrBuilder chain, FilterChainMatch actual) {
    if (!wanted.name().isEmpty() && !wanted.name().equals(chain.getName())) {
      return trace.fails(Condition.CHAIN_NAME, wanted.name(), chain.getName());
    }
    if (!wanted.sni().isEmpty() && !actual.getServerNamesList().contains(wanted.sni())) {
      return trace.fails(
          Condition.CHAIN_SNI, wanted.sni(), String.join(", ", actual.getServerNamesList()));
    }
    if (!wanted.transportProtocol().isEmpty()
        && !wanted.transportProtocol().equals(actual.getTransportProtocol())) {
      return trace.fails(
          Condition.CHAIN_TRANSPORT, wanted.transportProtocol(), actual.getTransportProtocol());
    }
    int port = actual.getDestinationPort().getValue();
    if (wanted.destinationPort() != 0 && wanted.destinationPort() != port) {
      return trace.fails(
          Condition.CHAIN_PORT,
          Integer.toString(wanted.destinationPort()),
          port == 0 ? "" : Integer.toString(port));
    }
    if (!wanted.applicationProtocols().isEmpty()) {
      List<String> protocols = List.of(wanted.applicationProtocols().split(","));
      if (!actual.getApplicationProtocolsList().containsAll(protocols)) {
        return trace.fails(
            Condition.CHAIN_PROTOCOLS,
            wanted.applicationProtocols(),
            String.join(",", actual.getApplicationProtocolsList()));
      }
    }
    return true;
  }

  /** The network filter that the patch names; null when it names none. */
  static @Nullable FilterName networkFilter(Patch patch) {
    return patch.match() instanceof OfListener match
            && match.filterChain() != null
            && match.filterChain().filter() != null
        ? match.filterChain().filter().name()
        : null;
  }

  /** The HTTP filter that the patch names; null when it names none. */
  static @Nullable FilterName httpFilter(Patch patch) {
    if (patch.match() instanceof OfListener match
        && match.filterChain() != null
        && match.filterChain().filter() != null) {
      FilterName sub = match.filterChain().filter().subFilter();
      return sub.isEmpty() ? null : sub;
    }
    return null;
  }

  /** The listener filter that the patch names; empty when it names none. */
  static String listenerFilter(Patch patch) {
    return patch.match() instanceof OfListener match ? match.listenerFilter() : "";
  }

  static boolean isVirtual(ListenerOrBuilder listener) {
    return listener.getName().equals("virtualInbound")
        || listener.getName().equals("virtualOutbound");
  }
}
