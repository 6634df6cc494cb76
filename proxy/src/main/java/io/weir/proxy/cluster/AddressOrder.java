package io.weir.proxy.cluster;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * In which order the addresses of a host are tried (RFC 8305, section 4): IP versions take turns.
 *
 * @param first which version comes first
 * @param count how many of it come before the turns begin
 */
public record AddressOrder(First first, int count) {
  public static final AddressOrder DEFAULT = new AddressOrder(First.AS_GIVEN, 1);

  /** An IP version, or that of the first address. */
  public enum First {
    AS_GIVEN,
    V4,
    V6
  }

  /** The host's addresses in the order of trying. */
  public List<SocketAddress> of(Endpoint endpoint) {
    if (endpoint.additional().isEmpty()) {
      return List.of(endpoint.address());
    }
    var preferred = new ArrayDeque<SocketAddress>();
    var others = new ArrayDeque<SocketAddress>();
    boolean six =
        switch (first) {
          case AS_GIVEN -> six(endpoint.address());
          case V4 -> false;
          case V6 -> true;
        };
    (six(endpoint.address()) == six ? preferred : others).add(endpoint.address());
    for (SocketAddress each : endpoint.additional()) {
      (six(each) == six ? preferred : others).add(each);
    }
    var order = new ArrayList<SocketAddress>();
    for (int i = 0; i < count && !preferred.isEmpty(); i++) {
      order.add(preferred.poll());
    }
    while (!preferred.isEmpty() || !others.isEmpty()) {
      if (!others.isEmpty()) {
        order.add(others.poll());
      }
      if (!preferred.isEmpty()) {
        order.add(preferred.poll());
      }
    }
    return order;
  }

  private static boolean six(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address;
  }
}
