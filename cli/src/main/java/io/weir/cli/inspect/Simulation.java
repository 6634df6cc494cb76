package io.weir.cli.inspect;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.validate.RequestSimulator;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of one call through a proxy's resources: listener, filter chain, route, cluster. */
public final class Simulation {

  /** One step. */
  public record Step(String what, String where, String detail) {}

  private final ProxyDump dump;
  private final RequestSimulator simulator;
  private final List<Step> steps = new ArrayList<>();

  private Simulation(ProxyDump dump, RequestSimulator simulator) {
    this.dump = dump;
    this.simulator = simulator;
  }

  /**
   * Follows a call.
   *
   * @param listenerName where it arrives, or empty to find the listener of the destination
   * @return the steps; the last one tells why when the call gets nowhere
   */
  public static List<Step> run(
      ProxyDump dump,
      RequestSimulator simulator,
      String listenerName,
      RequestSimulator.Connection connection,
      RequestSimulator.Call call) {
    Simulation simulation = new Simulation(dump, simulator);
    simulation.listener(listenerName, connection, call);
    return List.copyOf(simulation.steps);
  }

  /** Whether the call got to a cluster or an answer. */
  public static boolean arrived(List<Step> steps) {
    return !steps.isEmpty()
        && !steps.getLast().what().equals("refused")
        && !steps.getLast().what().equals("404");
  }

  private void listener(
      String name, RequestSimulator.Connection connection, RequestSimulator.Call call) {
    SourceMap tree = name.isEmpty() ? find(connection.destination()) : byName(name);
    if (tree == null) {
      steps.add(
          new Step(
              "refused",
              connection.destination().toString(),
              "no listener takes connections there"));
      return;
    }
    Listener listener = read(tree, Listener.getDefaultInstance());
    if (listener == null) {
      return;
    }
    steps.add(
        new Step("listener", listener.getName(), Fields.address(Fields.get(tree, "address"))));
    int index = simulator.filterChain(listener, connection);
    if (index == RequestSimulator.NO_CHAIN) {
      steps.add(
          new Step("refused", listener.getName(), "no filter chain matches " + text(connection)));
      return;
    }
    FilterChain chain =
        index < 0 ? listener.getDefaultFilterChain() : listener.getFilterChains(index);
    SourceNode chainTree =
        index < 0
            ? Fields.get(tree, "default_filter_chain")
            : Fields.list(tree, "filter_chains").get(index);
    steps.add(
        new Step(
            "chain",
            (index < 0 ? "default" : "#" + index)
                + (chain.getName().isEmpty() ? "" : " " + chain.getName()),
            ListenerTable.match(Fields.get(chainTree, "filter_chain_match"))));
    filters(chainTree, connection, call);
  }

  private static String text(RequestSimulator.Connection connection) {
    return connection.transport()
        + (connection.serverName().isEmpty() ? "" : ", SNI " + connection.serverName())
        + (connection.applicationProtocols().isEmpty()
            ? ""
            : ", " + String.join(",", connection.applicationProtocols()))
        + " to "
        + connection.destination();
  }

  /** As redirected connections find it: the exact address, the wildcard, the catch-all. */
  private @Nullable SourceMap find(InetSocketAddress destination) {
    String port = Integer.toString(destination.getPort());
    SourceMap wildcard = null;
    SourceMap catchAll = null;
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.LISTENER)) {
      SourceNode address = Fields.get(item.resource(), "address");
      String host = Fields.text(address, "socket_address", "address");
      if (Fields.text(item.resource(), "use_original_dst").equals("true")) {
        catchAll = item.resource();
      }
      if (Fields.text(address, "socket_address", "port_value").equals(port)) {
        if (host.equals(destination.getAddress().getHostAddress())) {
          return item.resource();
        }
        if (host.equals("0.0.0.0") || host.equals("::")) {
          wildcard = item.resource();
        }
      }
    }
    return wildcard == null ? catchAll : wildcard;
  }

  private @Nullable SourceMap byName(String name) {
    return dump.find(ProxyDump.Section.LISTENER, name);
  }

  private void filters(
      @Nullable SourceNode chain,
      RequestSimulator.Connection connection,
      RequestSimulator.Call call) {
    for (SourceMap filter : Fields.list(chain, "filters")) {
      SourceNode config = Fields.get(filter, "typed_config");
      String type = Fields.text(config, "@type");
      if (type.endsWith("HttpConnectionManager")) {
        List<String> names =
            Fields.list(config, "http_filters").stream().map(f -> Fields.text(f, "name")).toList();
        steps.add(new Step("filters", Integer.toString(names.size()), String.join(", ", names)));
        route(config, connection, call);
        return;
      }
      if (type.endsWith("TcpProxy")) {
        cluster(
            Fields.text(config, "cluster").isEmpty()
                ? Fields.text(
                    Fields.list(config, "weighted_clusters", "clusters").getFirst(), "name")
                : Fields.text(config, "cluster"));
        return;
      }
      steps.add(new Step("filter", Fields.text(filter, "name"), ""));
    }
  }

  private void route(
      @Nullable SourceNode manager,
      RequestSimulator.Connection connection,
      RequestSimulator.Call call) {
    String name = Fields.text(manager, "rds", "route_config_name");
    SourceNode table =
        name.isEmpty()
            ? Fields.get(manager, "route_config")
            : dump.find(ProxyDump.Section.ROUTE, name);
    RouteConfiguration routes =
        table instanceof SourceMap map ? read(map, RouteConfiguration.getDefaultInstance()) : null;
    if (routes == null) {
      steps.add(new Step("404", name, "the route table is not there"));
      return;
    }
    List<Problem> problems = new ArrayList<>();
    RequestSimulator.RouteHit hit = simulator.route(routes, connection, call, 0, problems);
    if (hit == null) {
      steps.add(
          new Step(
              "404",
              routes.getName(),
              problems.isEmpty()
                  ? "no route matches " + call.method() + " " + call.authority() + call.path()
                  : problems.getFirst().toString()));
      return;
    }
    steps.add(
        new Step(
            "route",
            routes.getName() + " / " + hit.virtualHost() + " / " + hit.routeName(),
            origin(table, hit)));
    String cluster = hit.cluster();
    if (cluster == null) {
      steps.add(new Step("answer", "the route", "a redirect or a direct response"));
    } else {
      cluster(cluster);
    }
  }

  /** Which VirtualService made a route, when its name tells. */
  private static String origin(@Nullable SourceNode table, RequestSimulator.RouteHit hit) {
    for (SourceMap host : Fields.list(table, "virtual_hosts")) {
      for (SourceMap route : Fields.list(host, "routes")) {
        if (Fields.text(host, "name").equals(hit.virtualHost())
            && Fields.text(route, "name").equals(hit.routeName())
            && !Fields.origin(route).isEmpty()) {
          return "VirtualService " + Fields.origin(route);
        }
      }
    }
    return "";
  }

  private void cluster(String name) {
    SourceMap cluster = dump.find(ProxyDump.Section.CLUSTER, name);
    if (cluster == null) {
      steps.add(new Step("refused", name, "there is no such cluster: requests get a 503"));
      return;
    }
    String rule = Fields.origin(cluster);
    steps.add(
        new Step(
            "cluster",
            name,
            Fields.text(cluster, "type") + (rule.isEmpty() ? "" : ", rule " + rule)));
    String endpoints =
        EndpointTable.text(dump, null, new Filter(name, "", 0, "", "", ""))
            .lines()
            .skip(1)
            .map(line -> line.substring(0, line.indexOf(' ')))
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    if (!endpoints.isEmpty()) {
      steps.add(new Step("endpoints", endpoints, ""));
    }
  }

  private <M extends Message> @Nullable M read(SourceMap tree, M prototype) {
    ProblemList problems = new ProblemList();
    M message =
        ProtoReader.read(
            tree.without("@type"), prototype, problems, ProtoReader.UnknownFields.KEEP_TYPES);
    if (message == null) {
      steps.add(new Step("refused", Fields.text(tree, "name"), problems.toString().strip()));
    }
    return message;
  }
}
