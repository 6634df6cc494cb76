package io.weir.controlplane.generate;

import io.weir.controlplane.config.ServiceEntry;
import io.weir.controlplane.config.Sidecar.CaptureMode;
import io.weir.controlplane.generate.OutboundListenerInput.TcpChain;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.SidecarScope;
import io.weir.controlplane.registry.Endpoint;
import io.weir.controlplane.registry.Protocol;
import io.weir.controlplane.registry.Service;
import io.weir.controlplane.registry.ServicePort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which listeners a sidecar has for its workload's calls. */
final class OutboundPlanner {

  private final ProxyView view;
  private final ListenerSettings settings;
  private final Set<String> taken;
  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  /** A listener in the making. */
  private static final class Draft {
    final String bind;
    final int port;
    final boolean bound;

    /** Whether an earlier egress listener has this port to itself. */
    boolean locked;

    /** Whether a service of unknown protocol has it. */
    boolean sniffed;

    String routeName = "";
    boolean grpcWeb;
    final List<String> dynamicHosts = new ArrayList<>();
    final List<TcpChain> tcp = new ArrayList<>();

    Draft(String bind, int port, boolean bound) {
      this.bind = bind;
      this.port = port;
      this.bound = bound;
    }

    boolean wildcard() {
      return bind.equals(OutboundListenerGenerator.WILDCARD);
    }

    boolean isNew() {
      return routeName.isEmpty() && tcp.isEmpty();
    }
  }

  private OutboundPlanner(ProxyView view, Set<String> taken) {
    this.view = view;
    this.settings = view.listenerSettings();
    this.taken = taken;
  }

  /**
   * The listeners.
   *
   * @param taken addresses that the workload's own ports have
   */
  static List<OutboundListenerInput> plan(ProxyView view, Set<String> taken) {
    OutboundPlanner planner = new OutboundPlanner(view, taken);
    for (SidecarScope.Egress egress : view.scope().egress()) {
      if (egress.port() == null || egress.port().number() == 0) {
        planner.drafts.values().forEach(draft -> draft.locked = true);
      }
      planner.egress(egress);
    }
    List<OutboundListenerInput> inputs = new ArrayList<>();
    for (Draft draft : planner.drafts.values()) {
      if (draft.isNew()) {
        continue;
      }
      inputs.add(
          new OutboundListenerInput(
              draft.bind,
              draft.port,
              draft.bound,
              draft.routeName,
              draft.sniffed,
              draft.grpcWeb,
              List.copyOf(draft.dynamicHosts),
              List.copyOf(draft.tcp),
              planner.settings));
    }
    return inputs;
  }

  /** The listener for applications that know their HTTP proxy. */
  static OutboundListenerInput httpProxy(ProxyView view, int port) {
    return new OutboundListenerInput(
        OutboundListenerGenerator.LOOPBACK,
        port,
        true,
        RoutePlanner.HTTP_PROXY,
        false,
        false,
        List.of(),
        List.of(),
        view.listenerSettings());
  }

  private void egress(SidecarScope.Egress egress) {
    boolean bound =
        !view.proxy().intercepts()
            || egress.port() != null
                && (egress.captureMode() == CaptureMode.NONE
                    || egress.bind().startsWith("unix://"));
    for (Service service : egress.services()) {
      if (RoutePlanner.isHttpProxy(egress) && egress.port() != null) {
        ServicePort port =
            new ServicePort(egress.port().number(), egress.port().name(), Protocol.HTTP_PROXY, 0);
        listener(egress, service, port, bound);
        continue;
      }
      for (ServicePort port : service.ports()) {
        if (port.protocol() != Protocol.UDP) {
          listener(egress, service, port, bound);
        }
      }
    }
  }

  private void listener(
      SidecarScope.Egress egress, Service service, ServicePort port, boolean bound) {
    Protocol protocol = port.protocol();
    if (egress.port() != null
        && egress.port().number() > 0
        && !egress.port().protocol().isEmpty()) {
      protocol = Protocol.parse(egress.port().protocol());
    }
    ServicePort listened = new ServicePort(port.number(), port.name(), protocol, port.targetPort());
    for (String bind : binds(egress, service, listened, bound)) {
      String name = bind + "_" + port.number();
      if (taken.contains(name)) {
        view.reports()
            .warn(
                "listener " + name,
                "no listener for calls to "
                    + service.hostname()
                    + ": the workload's own port has this address",
                "give the service another port than the Sidecar's ingress, or bind one of them"
                    + " elsewhere");
        continue;
      }
      Draft draft = drafts.computeIfAbsent(name, _ -> new Draft(bind, port.number(), bound));
      if (!draft.locked) {
        add(draft, egress, service, listened);
      }
    }
  }

  private void add(Draft draft, SidecarScope.Egress egress, Service service, ServicePort port) {
    Protocol protocol = port.protocol();
    if (DynamicForward.isDynamic(service) && !dynamic(draft, service, port)) {
      return;
    }
    if (protocol.isHttp()) {
      boolean taken =
          !draft.wildcard()
              && draft.routeName.isEmpty()
              && draft.tcp.stream().anyMatch(TcpChain::matchesAll);
      if (taken) {
        conflict(draft, service);
      } else if (draft.routeName.isEmpty()) {
        draft.grpcWeb = ProxyView.translatesGrpcWeb(protocol);
        draft.routeName = Integer.toString(draft.port);
      }
    } else if (protocol == Protocol.UNKNOWN) {
      unknown(draft, egress, service, port);
    } else {
      tcp(draft, egress, service, port);
    }
  }

  /** False when nothing that is sent to the port tells the name, or the client cannot look. */
  private boolean dynamic(Draft draft, Service service, ServicePort port) {
    boolean looksIntoTls = view.proxy().client() != Proxy.Client.WEIR;
    if (!DynamicForward.serves(service, port) || !port.protocol().isHttp() && !looksIntoTls) {
      view.reports()
          .warn(
              "listener " + draft.bind + "_" + draft.port,
              "no listener for calls to "
                  + service.hostname()
                  + ": its names cannot be resolved as they are asked for",
              "DYNAMIC_DNS needs a wildcard host and HTTP");
      return false;
    }
    if (port.protocol().isHttp() && !draft.dynamicHosts.contains(service.hostname())) {
      draft.dynamicHosts.add(service.hostname());
    }
    return true;
  }

  /** HTTP or not: whoever comes first has the routes. */
  private void unknown(Draft draft, SidecarScope.Egress egress, Service service, ServicePort port) {
    if (draft.sniffed || draft.wildcard() && !draft.routeName.isEmpty()) {
      return;
    }
    draft.sniffed = true;
    draft.routeName =
        draft.wildcard() ? Integer.toString(draft.port) : service.hostname() + ":" + draft.port;
    tcp(draft, egress, service, port);
  }

  private List<String> binds(
      SidecarScope.Egress egress, Service service, ServicePort port, boolean bound) {
    if (!egress.bind().isEmpty()) {
      return List.of(egress.bind());
    }
    if (bound) {
      return List.of(OutboundListenerGenerator.LOOPBACK);
    }
    if (port.protocol().isHttp()) {
      return List.of(OutboundListenerGenerator.WILDCARD);
    }
    boolean headless =
        service.resolution() == ServiceEntry.Resolution.NONE && service.addresses().isEmpty();
    List<String> instances =
        !headless
            ? List.of()
            : view.context().registry().endpoints(service).stream()
                .filter(endpoint -> endpoint.port() == port.number())
                .map(Endpoint::address)
                .filter(address -> !view.proxy().addresses().contains(address))
                .distinct()
                .toList();
    if (!instances.isEmpty()) {
      return instances;
    }
    List<String> addresses =
        service.addresses().stream()
            .map(a -> a.contains("/") ? OutboundListenerGenerator.WILDCARD : a)
            .distinct()
            .toList();
    return addresses.isEmpty() ? List.of(OutboundListenerGenerator.WILDCARD) : addresses;
  }

  private void tcp(Draft draft, SidecarScope.Egress egress, Service service, ServicePort port) {
    boolean shared = draft.wildcard() || several(egress, port);
    boolean takesAll = !draft.routeName.isEmpty() && !draft.sniffed && !draft.wildcard();
    List<String> networks =
        draft.wildcard() && egress.bind().isEmpty() ? service.networks() : List.of();
    for (TcpChain chain : TcpPlanner.chains(view, egress, service, port, networks, shared)) {
      boolean hidden =
          draft.tcp.stream().anyMatch(other -> hides(other, chain))
              || takesAll && chain.matchesAll();
      if (hidden) {
        conflict(draft, service);
      } else {
        draft.tcp.add(chain);
      }
    }
  }

  /** Whether services without addresses must be told apart by name on one loopback address. */
  private boolean several(SidecarScope.Egress egress, ServicePort port) {
    return !view.proxy().intercepts()
        && port.protocol().isTls()
        && egress.services().stream()
                .filter(other -> other.port(port.number()) != null)
                .limit(2)
                .count()
            > 1;
  }

  private static boolean hides(TcpChain first, TcpChain second) {
    return Set.copyOf(first.serverNames()).equals(Set.copyOf(second.serverNames()))
        && Set.copyOf(first.networks()).equals(Set.copyOf(second.networks()));
  }

  private void conflict(Draft draft, Service service) {
    view.reports()
        .warn(
            "listener " + draft.bind + "_" + draft.port,
            "no listener for calls to "
                + service.hostname()
                + ": an older service has this address",
            "give the services different ports or addresses");
  }
}
