package io.weir.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.ProblemList;
import io.weir.xds.validate.RequestSimulator;
import io.weir.xds.validate.RequestSimulator.Call;
import io.weir.xds.validate.RequestSimulator.Connection;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls and the way that the proxy's own matchers find for them. */
final class SimulationTest {

  private static final String DUMP =
      """
      listeners:
      - name: 0.0.0.0_80
        address: {socket_address: {address: 0.0.0.0, port_value: 80}}
        filter_chains:
        - filter_chain_match: {transport_protocol: raw_buffer, application_protocols: [http/1.1]}
          filters:
          - name: hcm
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
              stat_prefix: x
              rds: {route_config_name: "80"}
              http_filters: [{name: some.foreign.filter}]
        - filter_chain_match: {server_names: ["*.example"], transport_protocol: tls}
          filters:
          - name: tcp
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: x, cluster: far}
      - name: 10.0.0.9_80
        address: {socket_address: {address: 10.0.0.9, port_value: 80}}
        default_filter_chain:
          filters:
          - name: tcp
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: x, cluster: nowhere}
      routes:
      - name: "80"
        virtual_hosts:
        - name: web
          domains: [web.example]
          routes:
          - name: old
            match: {prefix: /old, headers: [{name: x-old, present_match: true}]}
            redirect: {path_redirect: /new}
          - name: rest
            match: {prefix: /}
            route: {cluster: far}
            metadata: {filter_metadata: {istio: {config: /apis/networking.istio.io/v1/namespaces/shop/virtual-service/web}}}
            typed_per_filter_config: {some.foreign.filter: {"@type": type.googleapis.com/istio.unknown.Thing}}
      clusters:
      - name: far
        type: STATIC
        load_assignment: {cluster_name: far, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 1}}}}]}]}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.9.9.9 | raw_buffer | | http/1.1 | web.example | /x    |       | listener 0.0.0.0_80; chain #0; filters 1; route 80 / web / rest; cluster far; endpoints 10.0.0.1:1
          10.9.9.9 | raw_buffer | | http/1.1 | web.example | /old  | x-old | listener 0.0.0.0_80; chain #0; filters 1; route 80 / web / old; answer the route
          10.9.9.9 | raw_buffer | | http/1.1 | b.example   | /     |       | listener 0.0.0.0_80; chain #0; filters 1; 404 80
          10.9.9.9 | tls | a.example | h2 | a.example      | /     |       | listener 0.0.0.0_80; chain #1; cluster far; endpoints 10.0.0.1:1
          10.9.9.9 | tls | a.other   | h2 | a.other        | /     |       | listener 0.0.0.0_80; refused 0.0.0.0_80
          10.0.0.9 | raw_buffer | | http/1.1 | web.example | /     |       | listener 10.0.0.9_80; chain default; refused nowhere
          """)
  void findsTheWay(
      String to,
      String transport,
      String sni,
      String alpn,
      String host,
      String path,
      String header,
      String way) {
    ProxyDump dump = Objects.requireNonNull(ProxyDump.parse(DUMP, "dump", new ProblemList()));
    var connection =
        new Connection(
            new InetSocketAddress("127.0.0.1", 4000),
            new InetSocketAddress(to, 80),
            sni == null ? "" : sni,
            transport,
            List.of(alpn));
    var call =
        new Call(
            "GET",
            "http",
            host,
            path,
            header == null ? List.of() : List.of(Map.entry(header, "1")));

    List<Simulation.Step> steps =
        Simulation.run(
            dump,
            ServiceLoader.load(RequestSimulator.class).findFirst().orElseThrow(),
            "",
            connection,
            call);

    assertThat(
            steps.stream().map(s -> s.what() + " " + s.where()).collect(Collectors.joining("; ")))
        .isEqualTo(way);
  }
}
