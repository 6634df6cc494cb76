package io.weir.xds.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SupportedFieldsTest {

  private static final String CLUSTER = "envoy.config.cluster.v3.Cluster";

  private final SupportedFields supported = load();

  @Test
  void refusesFieldsThatAreNotImplemented() {
    assertThat(check(CLUSTER, "{name: c, load_assignment: {cluster_name: c}}")).isEmpty();
    assertThat(check(CLUSTER, "{name: c, lb_policy: RANDOM}"))
        .containsExactly(
            "lb_policy: lb_policy of envoy.config.cluster.v3.Cluster is not implemented (remove it)");
  }

  @Test
  void warnsOfFieldsWithoutEffect() {
    assertThat(check(CLUSTER, "{name: c, alt_stat_name: x}"))
        .containsExactly(
            "warning: alt_stat_name: has no effect: statistics use the cluster's name");
  }

  @Test
  void refusesMessagesWithoutAnEntry() {
    assertThat(
            check(
                CLUSTER,
                "{load_assignment: {cluster_name: c, policy: {overprovisioning_factor: 1}}}"))
        .containsExactly(
            "load_assignment.policy: envoy.config.endpoint.v3.ClusterLoadAssignment.Policy is not"
                + " implemented (remove it)");
  }

  @Test
  void looksIntoTypedConfigurationsAndNewerFields() {
    String options =
        "{typed_extension_protocol_options: {x: {'@type':"
            + " type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute, %s}}}";

    assertThat(check(CLUSTER, options.formatted("filter_context: {a: 1}"))).isEmpty();
    assertThat(check(CLUSTER, options.formatted("package_paths: [x]")))
        .containsExactly(
            "typed_extension_protocol_options[\"x\"].package_paths: package_paths of"
                + " envoy.extensions.filters.http.lua.v3.LuaPerRoute is not implemented (remove it)");
  }

  @Test
  void wellKnownMessagesAreAlwaysFine() {
    assertThat(check(CLUSTER, "{metadata: {filter_metadata: {a: {b: [1]}}}}")).isEmpty();
  }

  @Test
  void findsWrongEntries() {
    assertThat(supported.wrongEntries()).isEmpty();
    assertThat(supported.coverage(CLUSTER)[0]).isEqualTo(4);
    assertThat(supported.coverage(CLUSTER)[1]).isGreaterThan(50);
  }

  private List<String> check(String type, String yaml) {
    ProblemList problems = new ProblemList();
    SourceNode node = Objects.requireNonNull(YamlReader.read(yaml, "f", problems));
    Message message =
        ProtoReader.read(node, Objects.requireNonNull(MessageTypes.prototype(type)), problems);
    assertThat(problems.all()).isEmpty();
    supported.check(Objects.requireNonNull(message), problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  private static SupportedFields load() {
    URL manifests = SupportedFieldsTest.class.getClassLoader().getResource("manifests/");
    return SupportedFields.load(
        new URLClassLoader(new URL[] {Objects.requireNonNull(manifests)}, null));
  }
}
