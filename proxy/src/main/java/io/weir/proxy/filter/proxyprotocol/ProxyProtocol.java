package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY protocol's header off the front and the addresses from it. */
final class ProxyProtocol implements ListenerFilter {
  private static final String STATE = "envoy.network.proxy_protocol_options";
  private static final int MAX_BYTES = 16 + 65535;

  private final ProxyProtocolConfig config;
  private @Nullable ListenerFilterCallbacks callbacks;

  ProxyProtocol(ProxyProtocolConfig config) {
    this.config = config;
  }

  @Override
  public FilterStatus onAccept(ListenerFilterCallbacks socket) {
    callbacks = socket;
    return FilterStatus.STOP_ITERATION;
  }

  @Override
  public int maxReadBytes() {
    return MAX_BYTES;
  }

  @Override
  public FilterStatus onData(Buffer peeked) {
    ListenerFilterCallbacks socket = callbacks;
    if (socket == null) {
      return FilterStatus.CONTINUE;
    }
    ProxyProtocolStats stats = socket.worker().local(config.stats());
    return switch (ProxyHeader.parse(peeked)) {
      case ProxyHeader.Incomplete _ -> FilterStatus.STOP_ITERATION;
      case ProxyHeader.Absent _ -> absent(socket, stats);
      case ProxyHeader.Malformed(int version) -> {
        stats.error(version).inc();
        yield refuse(socket, stats);
      }
      case ProxyHeader.Parsed(ProxyHeader header) -> accept(header, peeked, socket, stats);
    };
  }

  private FilterStatus absent(ListenerFilterCallbacks socket, ProxyProtocolStats stats) {
    if (config.allowAbsent()) {
      stats.notFoundAllowed.inc();
      return FilterStatus.CONTINUE;
    }
    stats.notFoundDisallowed.inc();
    return refuse(socket, stats);
  }

  private static FilterStatus refuse(ListenerFilterCallbacks socket, ProxyProtocolStats stats) {
    stats.errors.inc();
    socket.close("");
    return FilterStatus.STOP_ITERATION;
  }

  private FilterStatus accept(
      ProxyHeader header, Buffer peeked, ListenerFilterCallbacks socket, ProxyProtocolStats stats) {
    if (config.disallowedVersions().contains(header.version())) {
      stats.disallowed(header.version()).inc();
      return refuse(socket, stats);
    }
    stats.found(header.version()).inc();
    peeked.drain(header.length());
    InetSocketAddress source = header.source();
    InetSocketAddress destination = header.destination();
    if (source != null && destination != null) {
      socket.setRemoteAddress(source);
      if (!destination.equals(socket.localAddress())) {
        socket.restoreLocalAddress(destination);
      }
    }
    keep(header, socket);
    return FilterStatus.CONTINUE;
  }

  private void keep(ProxyHeader header, ListenerFilterCallbacks socket) {
    for (ProxyHeader.Tlv tlv : header.tlvs()) {
      for (ProxyProtocolConfig.Rule rule : config.rules()) {
        if (rule.tlvType() == tlv.type()) {
          String text = new String(tlv.value(), StandardCharsets.UTF_8);
          socket.dynamicMetadata().set(rule.namespace(), rule.key(), Value.of(text));
        }
      }
    }
    Set<Integer> passed = config.passThrough();
    if (passed != null) {
      List<ProxyHeader.Tlv> tlvs =
          header.tlvs().stream()
              .filter(tlv -> passed.isEmpty() || passed.contains(tlv.type()))
              .toList();
      socket.filterState().set(STATE, new ProxyTlvs(tlvs), false, LifeSpan.CONNECTION, true);
    }
  }
}
