package io.weir.proxy.listener;

import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.weir.filter.Problems;
import io.weir.proxy.worker.Transport;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what a listener says about its sockets. */
final class SocketOptions {
  private static final int DEFAULT_BACKLOG = 128;

  private SocketOptions() {}

  static ListenerConfig.SocketSettings of(Listener listener, Problems problems) {
    var options = new LinkedHashMap<ChannelOption<?>, Object>();
    if (listener.getTransparent().getValue()) {
      options.put(EpollChannelOption.IP_TRANSPARENT, true);
    }
    if (listener.getFreebind().getValue()) {
      options.put(EpollChannelOption.IP_FREEBIND, true);
    }
    if (listener.hasTcpFastOpenQueueLength()) {
      options.put(ChannelOption.TCP_FASTOPEN, listener.getTcpFastOpenQueueLength().getValue());
    }
    raw(listener.getSocketOptionsList(), options);
    if (!options.isEmpty() && Transport.detect() != Transport.EPOLL) {
      problems.add(
          "socket_options", "socket options need the epoll transport, which is not available here");
    }
    boolean reusePort = !listener.hasEnableReusePort() || listener.getEnableReusePort().getValue();
    int backlog =
        listener.hasTcpBacklogSize() ? listener.getTcpBacklogSize().getValue() : DEFAULT_BACKLOG;
    return new ListenerConfig.SocketSettings(
        backlog, reusePort, options, listener.getAddress().getPipe().getMode());
  }

  private static void raw(List<SocketOption> options, Map<ChannelOption<?>, Object> target) {
    for (SocketOption option : options) {
      if (option.hasType() && !option.getType().hasStream()) {
        continue; // for datagram sockets only
      }
      int level = (int) option.getLevel();
      int name = (int) option.getName();
      String label = level + "/" + name;
      switch (option.getValueCase()) {
        case INT_VALUE ->
            target.put(
                new IntegerUnixChannelOption(label, level, name), (int) option.getIntValue());
        case BUF_VALUE -> {
          byte[] bytes = option.getBufValue().toByteArray();
          target.put(
              new RawUnixChannelOption(label, level, name, bytes.length), ByteBuffer.wrap(bytes));
        }
        case VALUE_NOT_SET -> {
          // The message's own rules refuse it.
        }
      }
    }
  }
}
