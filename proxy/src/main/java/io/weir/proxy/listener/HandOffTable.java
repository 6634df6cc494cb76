package io.weir.proxy.listener;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The listeners of one worker by address, for those that hand connections on. */
final class HandOffTable {
  private final Map<SocketAddress, WorkerListener> exact = new HashMap<>();
  private final Map<Integer, WorkerListener> wildcard = new HashMap<>();

  void put(WorkerListener listener) {
    for (SocketAddress address : listener.config().addresses()) {
      exact.put(address, listener);
      if (isWildcard(address)) {
        wildcard.put(((InetSocketAddress) address).getPort(), listener);
      }
    }
  }

  /** Forgets a listener, unless another has taken its address. */
  void remove(WorkerListener listener) {
    exact.values().removeIf(value -> value == listener);
    wildcard.values().removeIf(value -> value == listener);
  }

  /** The listener of that address, or of every address with that port; null when there is none. */
  @Nullable WorkerListener find(SocketAddress address) {
    WorkerListener listener = exact.get(address);
    if (listener == null && address instanceof InetSocketAddress inet) {
      listener = wildcard.get(inet.getPort());
    }
    return listener;
  }

  private static boolean isWildcard(SocketAddress address) {
    return address instanceof InetSocketAddress inet
        && inet.getAddress() != null
        && inet.getAddress().isAnyLocalAddress();
  }
}
