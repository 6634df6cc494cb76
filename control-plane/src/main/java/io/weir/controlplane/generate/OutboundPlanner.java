package io.weir.controlplane.generate;

import io.weir.controlplane.config.Sidecar.CaptureMode;
import io.weir.controlplane.generate.OutboundListenerInput.TcpChain;
import io.weir.controlplane.push.SidecarScope;
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
    String routeName = "";
    boolean sniffed;
    boolean grpcWeb;
    final List<TcpChain> tcp = new ArrayList<>();

    Draft(String bind, int port, boolean bound) {
      this.bind = bind;
      this.port = port;
      this.bound = bound;
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
    view.scope().egress().forEach(planner::egress);
    List<OutboundListenerInput> inputs = new ArrayList<>();
    for (Draft draft : planner.drafts.values()) {
      inputs.add(
          new OutboundListenerInput(
              draft.bind,
              draft.port,
              draft.bound,
              draft.routeName,
              draft.sniffed,
              draft.grpcWeb,
              List.copyOf(draft.tcp),
              planner.settings));
    }
    return inputs;
  }

  private void egress(SidecarScope.Egress egress) {
    boolean bound =
        !view.proxy().intercepts()
            || egress.captureMode() == CaptureMode.NONE && egress.port() != null;
    for (Service service : egress.services()) {
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
    String bind = bind(egress, service, protocol, bound);
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
      return;
    }
    Draft draft = drafts.computeIfAbsent(name, _ -> new Draft(bind, port.number(), bound));
    if (protocol.isHttp()) {
      draft.grpcWeb |= draft.routeName.isEmpty() && ProxyView.translatesGrpcWeb(protocol);
      http(draft, service);
    } else if (protocol == Protocol.UNKNOWN) {
      draft.sniffed = true;
      http(draft, service);
      tcp(draft, egress, service, port);
    } else {
      tcp(draft, egress, service, port);
    }
  }

  private String bind(
      SidecarScope.Egress egress, Service service, Protocol protocol, boolean bound) {
    if (!egress.bind().isEmpty()) {
      return egress.bind();
    }
    if (bound) {
      return OutboundListenerGenerator.LOOPBACK;
    }
    return protocol.isHttp() || service.address().isEmpty()
        ? OutboundListenerGenerator.WILDCARD
        : service.address();
  }

  private void http(Draft draft, Service service) {
    if (!draft.tcp.isEmpty() && !draft.sniffed) {
      conflict(draft, service);
      return;
    }
    draft.routeName = Integer.toString(draft.port);
  }

  private void tcp(Draft draft, SidecarScope.Egress egress, Service service, ServicePort port) {
    if (!draft.routeName.isEmpty() && !draft.sniffed) {
      conflict(draft, service);
      return;
    }
    for (TcpChain chain : TcpPlanner.chains(view, egress, service, port, draft.bind)) {
      boolean hidden = draft.tcp.stream().anyMatch(other -> hides(other, chain));
      if (hidden) {
        conflict(draft, service);
      } else {
        draft.tcp.add(chain);
      }
    }
  }

  private static boolean hides(TcpChain first, TcpChain second) {
    return first.serverNames().equals(second.serverNames())
        && first.networks().equals(second.networks());
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
