package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.ListenerFilter;
import io.weir.filter.network.ListenerFilterCallbacks;
import io.weir.proxy.cluster.ProxyHeader.Tlv;
import io.weir.proxy.cluster.ReceivedTlvs;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the PROXY protocol's header off the front and the addresses from it. */
final class ProxyProtocol implements ListenerFilter {
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
    Map<String, String> values = new LinkedHashMap<>();
    List<Tlv> tlvs = new ArrayList<>();
    for (ProxyHeader.Tlv tlv : header.tlvs()) {
      tlvs.add(new Tlv(tlv.type(), tlv.value()));
      for (ProxyProtocolConfig.Rule rule : config.rules()) {
        if (rule.tlvType() != tlv.type()) {
          continue;
        }
        String text = new String(tlv.value(), StandardCharsets.UTF_8);
        if (config.inFilterState()) {
          values.put(rule.key(), text);
        } else {
          socket.dynamicMetadata().set(rule.namespace(), rule.key(), Value.of(text));
        }
      }
    }
    if (!values.isEmpty()) {
      set(socket, TlvValues.STATE, new TlvValues(values));
    }
    if (header.source() != null) {
      set(socket, ReceivedTlvs.STATE, new ReceivedTlvs(config.passThrough().of(tlvs)));
    }
  }

  private static void set(ListenerFilterCallbacks socket, String key, Object value) {
    socket.filterState().set(key, value, false, LifeSpan.CONNECTION, true);
  }
}
