package io.weir.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.YamlReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeLayersTest {
  private final ProblemList problems = new ProblemList();

  private RuntimeLayers load(String yaml) {
    LayeredRuntime config =
        ProtoReader.read(
            YamlReader.read(yaml, "test", problems), LayeredRuntime.getDefaultInstance(), problems);
    return RuntimeLayers.load(config, "c", problems);
  }

  private static final String TWO_LAYERS =
      """
      layers:
      - name: base
        static_layer:
          number: 1
          nested: {inner: text, share: {numerator: 5, denominator: TEN_THOUSAND}}
          yes: "true"
      - name: admin
        admin_layer: {}
      """;

  @Test
  void nestedKeysAreJoinedAndLaterLayersWin() {
    RuntimeLayers runtime = load(TWO_LAYERS);
    assertThat(problems.all()).isEmpty();
    assertThat(runtime.integer("number", 7)).isEqualTo(1);
    assertThat(runtime.find("nested.inner").text()).isEqualTo("text");
    assertThat(runtime.flag("yes", false)).isTrue();
    assertThat(runtime.integer("nested.inner", 7)).isEqualTo(7);
    assertThat(runtime.modify(Map.of("number", "3"))).isTrue();
    assertThat(runtime.integer("number", 7)).isEqualTo(3);
    assertThat(runtime.table()).containsEntry("number", List.of("1", "3"));
    runtime.modify(Map.of("number", ""));
    assertThat(runtime.integer("number", 7)).isEqualTo(1);
  }

  @Test
  void aFractionMayBeGivenWholeOrAsPercent() {
    RuntimeLayers runtime = load(TWO_LAYERS);
    var share = new RuntimeFraction(runtime, "nested.share", 0, 100);
    assertThat(share.hits(4)).isTrue();
    assertThat(share.hits(5)).isFalse();
    var percent = new RuntimeFraction(runtime, "number", 0, 100);
    assertThat(percent.hits(100)).isTrue();
    assertThat(percent.hits(101)).isFalse();
    assertThat(new RuntimeFraction(runtime, "absent", 100, 100).hits(-1)).isTrue();
  }

  @Test
  void wrongLayersAreProblems() {
    load(
        """
        layers:
        - {name: a, admin_layer: {}}
        - {name: a, admin_layer: {}}
        - {name: b}
        """);
    assertThat(problems.errors())
        .extracting(problem -> problem.path())
        .containsExactlyInAnyOrder(
            "layered_runtime.layers[1].name",
            "layered_runtime.layers[2]",
            "layered_runtime.layers");
  }

  @Test
  void withoutConfigurationThereIsAnAdminLayer() {
    RuntimeLayers runtime = load("{}");
    assertThat(runtime.modify(Map.of("k", "v"))).isTrue();
    assertThat(runtime.find("k").text()).isEqualTo("v");
  }
}
