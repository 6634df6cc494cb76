package io.weir.controlplane.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.patch.EnvoyFilterDocuments;
import io.weir.controlplane.patch.Profile;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvoyFilterAnalyzerTest {

  private static final String FILTER =
      """
      kind: EnvoyFilter
      metadata: {name: %s, namespace: shop}
      spec:
        priority: %d
        workloadSelector: {labels: {app: %s}}
        configPatches:
        - applyTo: %s
          match: {context: GATEWAY%s}
          patch: {operation: %s, value: {name: x, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}}}
      ---
      """;

  @Test
  void relativeOperationsNeedAPriority() {
    assertThat(codes(FILTER.formatted("a", 0, "x", "HTTP_FILTER", "", "INSERT_BEFORE")))
        .containsExactly("IST0151");
    assertThat(codes(FILTER.formatted("a", 5, "x", "HTTP_FILTER", "", "INSERT_BEFORE"))).isEmpty();
    assertThat(codes(FILTER.formatted("a", 0, "x", "HTTP_FILTER", "", "INSERT_FIRST"))).isEmpty();
  }

  @Test
  void aProxyVersionHasACodeOfItsOwn() {
    String version = ", proxy: {proxyVersion: '^1'}";
    assertThat(codes(FILTER.formatted("a", 0, "x", "HTTP_FILTER", version, "INSERT_AFTER")))
        .containsExactly("IST0155");
  }

  @Test
  void insertsAtOnePlaceDependOnNames() {
    String a = FILTER.formatted("a", 1, "x", "HTTP_FILTER", "", "INSERT_FIRST");
    String b = FILTER.formatted("b", 1, "x", "HTTP_FILTER", "", "INSERT_FIRST");

    assertThat(findings(a + b))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo("WEIR0103");
              assertThat(problem.path()).isEqualTo("shop/b spec.configPatches[0]");
              assertThat(problem.line()).isEqualTo(17);
            });
    assertThat(codes(a + b.replace("priority: 1", "priority: 2"))).isEmpty();
    assertThat(codes(a + b.replace("app: x", "app: y"))).isEmpty();
  }

  @Test
  void operationsWithoutEffectHaveIstiosCodes() {
    ProblemList problems = new ProblemList();
    String cluster = "{applyTo: CLUSTER, patch: {operation: REPLACE, value: {name: x}}}";
    String table = "{applyTo: ROUTE_CONFIGURATION, patch: {operation: %s, value: {name: x}}}";
    EnvoyFilterDocuments.read(
        "kind: EnvoyFilter\nmetadata: {name: a}\nspec: {configPatches: ["
            + String.join(
                ", ",
                cluster,
                table.formatted("ADD"),
                table.formatted("REMOVE"),
                table.formatted("REPLACE"))
            + "]}",
        "f",
        "shop",
        Profile.WEIR,
        problems);

    assertThat(problems.all())
        .extracting(Problem::code)
        .containsExactly("IST0152", "IST0153", "IST0154", "IST0152");
  }

  private static List<String> codes(String text) {
    return findings(text).stream().map(Problem::code).toList();
  }

  private static List<Problem> findings(String text) {
    ProblemList problems = new ProblemList();
    List<EnvoyFilterAnalyzer.Located> located = new ArrayList<>();
    EnvoyFilterDocuments.read(text, "f", "shop", Profile.WEIR, problems)
        .forEach(d -> located.add(new EnvoyFilterAnalyzer.Located(d.filter(), d.source())));
    assertThat(problems.errors()).isEmpty();
    return EnvoyFilterAnalyzer.analyze(located);
  }
}
