package io.weir.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One dump, and what each table shows of it. */
final class TablesTest {

  private static ProxyDump dump() throws IOException {
    try (InputStream in = TablesTest.class.getResourceAsStream("dump.yaml")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Objects.requireNonNull(ProxyDump.parse(text, "dump.yaml", new ProblemList()));
    }
  }

  @Test
  void clusters() throws IOException {
    assertThat(ClusterTable.text(dump(), Filter.ALL).lines().map(TablesTest::squeezed))
        .containsExactly(
            "SERVICE FQDN | PORT | SUBSET | DIRECTION | TYPE | DESTINATION RULE",
            " | 8080 | - | inbound | ORIGINAL_DST (warming)",
            "items.shop.svc.cluster.local | 80 | v1 | outbound | EDS | items.shop",
            "xds-grpc | - | - | - | STATIC");
    Filter ofSubset = new Filter("", "", 0, "", "v1", "");
    assertThat(ClusterTable.text(dump(), ofSubset)).contains("items").doesNotContain("xds-grpc");
  }

  @Test
  void listeners() throws IOException {
    assertThat(ListenerTable.text(dump(), Filter.ALL).lines().map(TablesTest::squeezed))
        .containsExactly(
            "ADDRESSES | PORT | MATCH | DESTINATION",
            "0.0.0.0 | 443 | SNI: a.example,b.example; Trans: tls | PassthroughCluster",
            "0.0.0.0 | 443 | App: http/1.1,h2c; Addr: 10.0.0.0/8 | Route: http.80",
            "0.0.0.0 | 443 | ALL | Weighted Clusters: a (1), b (3)");
  }

  /** Columns apart by a bar, however wide they are. */
  private static String squeezed(String line) {
    return line.replaceAll(" {5,}", " | ");
  }

  @Test
  void routes() throws IOException {
    assertThat(RouteTable.text(dump(), Filter.ALL).lines())
        .anyMatch(l -> l.matches("http.80 +web:80 +web.example, web2.example +/\\* +web.shop"))
        .anyMatch(l -> l.matches("http.80 +web:80 +web.example, web2.example +regex /x.\\*"))
        .anyMatch(l -> l.matches("http.80 +blackhole:80 +\\* +/\\* +404"));
  }

  @Test
  void endpointsOfADumpAndOfARunningProxy() throws IOException {
    assertThat(EndpointTable.text(dump(), null, Filter.ALL).lines())
        .anyMatch(l -> l.matches("10.0.0.1:8080 +UNHEALTHY +OK +outbound.*"))
        .anyMatch(l -> l.matches("/s +HEALTHY +OK +xds-grpc"));
    SourceNode live =
        YamlReader.read(
            """
            {cluster_statuses: [{name: c, host_statuses: [{address: {socket_address: {address: "::1",
            port_value: 1}}, health_status: {failed_outlier_check: true, eds_health_status: HEALTHY}}]}]}
            """,
            "",
            new ProblemList());
    assertThat(EndpointTable.text(dump(), live, Filter.ALL).lines())
        .anyMatch(l -> l.matches("::1:1 +HEALTHY +FAILED +c"));
  }

  @Test
  void secretsWithoutWhatIsSecret() throws IOException {
    ProxyDump dump =
        Objects.requireNonNull(
            ProxyDump.parse(
                """
                configs:
                - dynamic_active_secrets:
                  - {secret: {name: default, tls_certificate: {certificate_chain: {inline_bytes: "W3JlZGFjdGVkXQ=="}}}}
                  dynamic_warming_secrets:
                  - {secret: {name: ROOTCA, validation_context: {trusted_ca: {filename: /ca}}}}
                """,
                "dump.yaml",
                new ProblemList()));
    assertThat(SecretTable.text(dump, Filter.ALL).lines().map(TablesTest::squeezed))
        .containsExactly(
            "RESOURCE NAME | TYPE | STATUS | VALID CERT | SERIAL NUMBER | NOT AFTER | NOT BEFORE",
            "default | Cert Chain | ACTIVE | - | - | - | -",
            "ROOTCA | CA | WARMING | - | - | - | -");
  }

  @Test
  void whatIsWrongInARunningProxy() throws IOException {
    SourceNode clusters =
        YamlReader.read(
            """
            {cluster_statuses: [
            {name: dead, host_statuses: [{health_status: {failed_outlier_check: true}}]},
            {name: half, host_statuses: [{health_status: {eds_health_status: UNHEALTHY}}, {health_status: {}}]}]}
            """,
            "",
            new ProblemList());
    assertThat(RunningProxy.analyze("127.0.0.1:1", dump(), clusters))
        .extracting(p -> p.code() + " " + p.path())
        .containsExactly("WEIR0302 cluster inbound|8080||", "WEIR0303 cluster dead");
  }
}
