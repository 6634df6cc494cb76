package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.Gateway.ServerTls;
import io.weir.controlplane.config.Port;
import io.weir.controlplane.config.Sidecar;
import io.weir.controlplane.push.MutualTlsMode;
import io.weir.controlplane.push.PeerAuthenticationIndex;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import io.weir.controlplane.registry.ServiceRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which listeners a sidecar has for its workload. */
final class InboundPlanner {

  private static final String LOCALHOST = "127.0.0.1";

  private InboundPlanner() {}

  /** The ports that a Sidecar declares, else those of the services that the workload belongs to. */
  static List<InboundPort> ports(ProxyView view) {
    Config<Sidecar> sidecar = view.scope().config();
    if (sidecar != null && !sidecar.spec().ingress().isEmpty()) {
      List<InboundPort> ports = new ArrayList<>();
      for (Sidecar.Ingress ingress : sidecar.spec().ingress()) {
        Port port = ingress.port();
        if (port != null) {
          InboundPort declared = declared(view, ingress, port);
          if (ports.stream().noneMatch(other -> other.port() == declared.port())) {
            ports.add(declared);
          }
        }
      }
      return ports;
    }
    return view.proxy().intercepts() ? ofServices(view) : List.of();
  }

  private static InboundPort declared(ProxyView view, Sidecar.Ingress ingress, Port port) {
    String endpoint = ingress.defaultEndpoint();
    String address = "";
    int endpointPort = port.number();
    if (endpoint.startsWith("unix://")) {
      address = endpoint;
    } else if (!endpoint.isEmpty()) {
      int colon = endpoint.lastIndexOf(':');
      endpointPort = number(endpoint.substring(colon + 1), port.number());
      String host = endpoint.substring(0, Math.max(colon, 0));
      address = address(view, host);
    } else if (!view.proxy().intercepts()) {
      address = LOCALHOST;
    }
    boolean bound = !view.proxy().intercepts() || ingress.captureMode() == Sidecar.CaptureMode.NONE;
    String bind = ingress.bind().isEmpty() ? OutboundListenerGenerator.WILDCARD : ingress.bind();
    return new InboundPort(
        bound ? bind : "",
        port.number(),
        port.number(),
        protocol(view, port, ingress),
        address,
        endpointPort,
        service(view, port.number()),
        ingress);
  }

  /** What is spoken at a port, inside of its TLS when that ends here. */
  private static Protocol protocol(ProxyView view, Port port, Sidecar.Ingress ingress) {
    Protocol protocol = Protocol.parse(port.protocol());
    MutualTlsMode mode = view.context().mutualTls(view.proxy()).of(port.number());
    if (ingress.tls() == null || mode != MutualTlsMode.DISABLE) {
      return protocol;
    }
    return protocol == Protocol.HTTPS
        ? Protocol.HTTP
        : protocol == Protocol.TLS ? Protocol.TCP : protocol;
  }

  /** An unspecified address stands for the workload's own. */
  private static String address(ProxyView view, String host) {
    return switch (host) {
      case "0.0.0.0" -> ownAddress(view, false, LOCALHOST);
      case "[::]" -> ownAddress(view, true, "::1");
      case "" -> LOCALHOST;
      default ->
          host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    };
  }

  private static String ownAddress(ProxyView view, boolean ipv6, String fallback) {
    return view.proxy().addresses().stream()
        .filter(address -> address.contains(":") == ipv6)
        .findFirst()
        .orElse(fallback);
  }

  private static int number(String text, int fallback) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  private static @Nullable Service service(ProxyView view, int port) {
    for (ServiceRegistry.Instance instance :
        view.context().registry().instances(view.proxy().addresses())) {
      if (instance.endpoint().endpointPort() == port) {
        return instance.service();
      }
    }
    return null;
  }

  private static List<InboundPort> ofServices(ProxyView view) {
    Map<Integer, InboundPort> ports = new LinkedHashMap<>();
    for (ServiceRegistry.Instance instance :
        view.context().registry().instances(view.proxy().addresses())) {
      Endpoint endpoint = instance.endpoint();
      ServicePort port = instance.service().port(endpoint.port());
      if (port != null) {
        ports.putIfAbsent(
            endpoint.endpointPort(),
            new InboundPort(
                "",
                endpoint.endpointPort(),
                port.number(),
                port.protocol(),
                "",
                0,
                instance.service(),
                null));
      }
    }
    return List.copyOf(ports.values());
  }

  /** TLS of a Sidecar's port holds where the mesh's is switched off, as both cannot. */
  private static @Nullable ServerTls tls(InboundPort port, MutualTlsMode mode) {
    return port.ingress() == null || mode != MutualTlsMode.DISABLE ? null : port.ingress().tls();
  }

  static List<Listener> listeners(ProxyView view, List<InboundPort> ports) {
    PeerAuthenticationIndex.Modes modes = view.context().mutualTls(view.proxy());
    Config<Sidecar> sidecar = view.scope().config();
    List<String> trustDomains = new ArrayList<>();
    trustDomains.add(view.mesh().trustDomain());
    trustDomains.addAll(view.mesh().trustDomainAliases());
    List<InboundListenerInput.PortChain> redirected = new ArrayList<>();
    List<InboundListenerInput.PortChain> bound = new ArrayList<>();
    for (InboundPort port : ports) {
      InboundListenerInput.PortChain chain =
          new InboundListenerInput.PortChain(
              port.bind(),
              port.port(),
              port.servicePort(),
              port.protocol(),
              modes.of(port.port()),
              port.ingress() == null || sidecar == null ? "" : sidecar.path(),
              tls(port, modes.of(port.port())),
              ProxyView.translatesGrpcWeb(port.protocol()));
      (port.bind().isEmpty() ? redirected : bound).add(chain);
    }
    InboundListenerInput input =
        new InboundListenerInput(
            List.copyOf(redirected),
            modes.mode(),
            List.copyOf(trustDomains),
            view.listenerSettings());
    List<Listener> listeners = new ArrayList<>();
    if (view.proxy().intercepts()) {
      listeners.add(InboundListenerGenerator.virtualInbound(input));
    }
    bound.forEach(port -> listeners.add(InboundListenerGenerator.bound(port, input)));
    return listeners;
  }
}
