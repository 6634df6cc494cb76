package io.weir.controlplane.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.Problem;
import org.junit.jupiter.api.Test;

class MigrationTest {

  private static final String SEED =
      """
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata:
        name: custom-filter
      spec:
        configPatches:
        - applyTo: HTTP_FILTER
          match:
            context: SIDECAR_INBOUND
            listener:
              portNumber: 8080
              filterChain:
                filter:
                  name: "envoy.http_connection_manager"
          patch:
            operation: INSERT_BEFORE
            value:
              name: envoy.lua
              config:
                inlineCode: |
                  function envoy_on_request(h)
                  end
      """;

  @Test
  void printsTodaysSpelling() {
    Migration.Result result = Migration.run(SEED, "f", false);

    assertThat(result.changed()).isEqualTo(1);
    assertThat(result.problems())
        .extracting(Problem::code)
        .containsExactly("WEIR0106", "WEIR0106", "WEIR0107");
    assertThat(result.text())
        .isEqualTo(
            """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata:
              name: custom-filter
            spec:
              configPatches:
              - applyTo: HTTP_FILTER
                match:
                  context: SIDECAR_INBOUND
                  listener:
                    portNumber: 8080
                    filterChain:
                      filter:
                        name: envoy.filters.network.http_connection_manager
                patch:
                  operation: INSERT_BEFORE
                  value:
                    name: envoy.filters.http.lua
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                      default_source_code:
                        inline_string: |
                          function envoy_on_request(h)
                          end
            """);
    assertThat(Migration.run(result.text(), "f", false).changed()).isZero();
  }

  @Test
  void printsTrafficExtensions() {
    Migration.Result result = Migration.run(SEED, "f", true);

    assertThat(result.text())
        .isEqualTo(
            """
            apiVersion: extensions.istio.io/v1alpha1
            kind: TrafficExtension
            metadata:
              name: custom-filter
            spec:
              phase: AUTHN
              match:
              - mode: SERVER
                ports:
                - number: 8080
              lua:
                inlineCode: |
                  function envoy_on_request(h)
                  end
            """);
  }

  @Test
  void saysWhyAFilterStaysWhatItIs() {
    String merge = SEED.replace("INSERT_BEFORE", "MERGE");

    Migration.Result result = Migration.run(merge, "f", true);

    assertThat(result.text()).contains("kind: EnvoyFilter");
    assertThat(result.problems().getLast().toString())
        .isEqualTo("f:1:1: warning: stays an EnvoyFilter: MERGE has no counterpart");
  }

  @Test
  void leavesOtherDocumentsAsTheyAre() {
    String text = "kind: Gateway\nspec:\n  a: 1\n---\nkind: Sidecar\n";

    assertThat(Migration.run(text, "f", true).text()).isEqualTo(text);
  }
}
