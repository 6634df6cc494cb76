package io.weir.proxy.admin;

import io.weir.proxy.listener.ListenerManager;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /listeners}. */
final class ListenersEndpoint implements AdminEndpoint {
  private final ListenerManager listeners;

  ListenersEndpoint(ListenerManager listeners) {
    this.listeners = listeners;
  }

  @Override
  public String path() {
    return "/listeners";
  }

  @Override
  public String help() {
    return "print listener info";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(new Parameter("format", "text or json"));
  }

  @Override
  public AdminResponse handle(AdminRequest request) {
    return request.parameter("format", "text").equals("json") ? json() : text();
  }

  private AdminResponse text() {
    var text = new StringBuilder();
    for (ListenerManager.BoundListener listener : listeners.listeners()) {
      for (SocketAddress address : listener.addresses()) {
        text.append(listener.name())
            .append("::")
            .append(SocketAddresses.text(address))
            .append('\n');
      }
    }
    return AdminResponse.text(text.toString());
  }

  private AdminResponse json() {
    List<Object> statuses = new ArrayList<>();
    for (ListenerManager.BoundListener listener : listeners.listeners()) {
      Map<String, Object> status = new LinkedHashMap<>();
      status.put("name", listener.name());
      List<Object> additional = new ArrayList<>();
      for (SocketAddress address : listener.addresses()) {
        if (!status.containsKey("local_address")) {
          status.put("local_address", SocketAddresses.json(address));
        } else {
          additional.add(SocketAddresses.json(address));
        }
      }
      if (!additional.isEmpty()) {
        status.put("additional_local_addresses", additional);
      }
      statuses.add(status);
    }
    Map<String, Object> all = statuses.isEmpty() ? Map.of() : Map.of("listener_statuses", statuses);
    return AdminResponse.json(Json.pretty(all));
  }

  /** Addresses as text and as {@code envoy.config.core.v3.Address}. */
  static final class SocketAddresses {
    private SocketAddresses() {}

    static String text(SocketAddress address) {
      if (!(address instanceof InetSocketAddress inet)) {
        return address.toString();
      }
      String ip = ip(inet);
      return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + inet.getPort();
    }

    static Map<String, Object> json(SocketAddress address) {
      if (!(address instanceof InetSocketAddress inet)) {
        return Map.of("pipe", Map.of("path", address.toString()));
      }
      Map<String, Object> socket = new LinkedHashMap<>();
      socket.put("address", ip(inet));
      socket.put("port_value", inet.getPort());
      return Map.of("socket_address", socket);
    }

    private static String ip(InetSocketAddress inet) {
      return inet.getAddress() == null ? inet.getHostString() : inet.getAddress().getHostAddress();
    }
  }
}
