package io.weir.controlplane.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.PgvValidator;
import io.weir.xds.validate.ResourceValidator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class QuarantineTest {

  private static final PatchProxy PROXY =
      new PatchProxy("shop", "istio-system", Map.of(), Map.of(), Map.of());

  private static final ResourceValidator RULES =
      (_, resource) -> {
        ProblemList problems = new ProblemList();
        PgvValidator.validate(resource, problems);
        return problems.all();
      };

  @Test
  void leavesOutOnlyThePatchThatMakesAResourceWrong() {
    PatchSet set =
        set(
            merge("{connect_timeout: 2s}"),
            merge("{connect_timeout: -1s}"),
            merge("{per_connection_buffer_limit_bytes: 7}"));
    Quarantine quarantine = new Quarantine(set, RULES);

    Cluster patched = quarantine.cluster(PatchContext.GATEWAY, cluster("a"), List.of());

    assertThat(Objects.requireNonNull(patched).getConnectTimeout().getSeconds()).isEqualTo(2);
    assertThat(patched.getPerConnectionBufferLimitBytes().getValue()).isEqualTo(7);
    assertThat(quarantine.entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.patch().index()).isEqualTo(1);
              assertThat(entry.toString())
                  .isEqualTo(
                      "shop/test configPatches[1] is left out of a: connect_timeout: -1s must be"
                          + " greater than 0 seconds");
            });
    assertThat(set.report().entries().get(1).notes())
        .singleElement()
        .asString()
        .contains("WEIR0116");
  }

  @Test
  void aPatchLeftOutStaysOut() {
    Quarantine quarantine = new Quarantine(set(merge("{connect_timeout: -1s}")), RULES);

    quarantine.cluster(PatchContext.GATEWAY, cluster("a"), List.of());

    Cluster other = cluster("b");
    assertThat(quarantine.cluster(PatchContext.GATEWAY, other, List.of())).isSameAs(other);
    assertThat(quarantine.entries()).hasSize(1);
  }

  @Test
  void doesNotBlamePatchesForWhatWasWrongBefore() {
    Cluster wrong =
        cluster("a").toBuilder()
            .setDnsRefreshRate(com.google.protobuf.Duration.newBuilder())
            .build();
    assertThat(RULES.validate(ResourceType.CLUSTER, wrong)).isNotEmpty();
    Quarantine quarantine = new Quarantine(set(merge("{connect_timeout: 2s}")), RULES);

    Cluster patched = quarantine.cluster(PatchContext.GATEWAY, wrong, List.of());

    assertThat(Objects.requireNonNull(patched).getConnectTimeout().getSeconds()).isEqualTo(2);
    assertThat(quarantine.entries()).isEmpty();
  }

  @Test
  void guardsAddedResources() {
    Quarantine quarantine =
        new Quarantine(
            set(
                "{applyTo: CLUSTER, match: {context: GATEWAY}, patch: {operation: ADD, value:"
                    + " {name: good}}}",
                "{applyTo: CLUSTER, match: {context: GATEWAY}, patch: {operation: ADD, value:"
                    + " {name: ''}}}"),
            RULES);

    assertThat(quarantine.addedClusters(PatchContext.GATEWAY))
        .extracting(Cluster::getName)
        .containsExactly("good");
    assertThat(quarantine.entries()).hasSize(1);
  }

  @Test
  void knowsWhichPatchesChangedAResource() {
    PatchSet set =
        set(merge("{connect_timeout: 2s}"), "{applyTo: LISTENER, patch: {operation: REMOVE}}");
    set.cluster(PatchContext.GATEWAY, cluster("a"), List.of());

    assertThat(set.report().changing(ResourceType.CLUSTER, "a"))
        .extracting(PatchReport.Entry::id)
        .containsExactly("shop/test configPatches[0]");
    assertThat(set.report().changing(ResourceType.CLUSTER, "b")).isEmpty();
    assertThat(set.report().changing(ResourceType.LISTENER, "a")).isEmpty();
  }

  private static String merge(String value) {
    return "{applyTo: CLUSTER, patch: {operation: MERGE, value: " + value + "}}";
  }

  private static PatchSet set(String... patches) {
    ProblemList problems = new ProblemList();
    String text =
        "kind: EnvoyFilter\nmetadata: {name: test}\nspec: {configPatches: ["
            + String.join(", ", patches)
            + "]}";
    List<EnvoyFilter> filters =
        EnvoyFilterDocuments.read(text, "f", "shop", Profile.WEIR, problems).stream()
            .map(EnvoyFilterDocuments.Document::filter)
            .toList();
    assertThat(problems.errors()).extracting(Problem::toString).isEmpty();
    return PatchSet.reporting(filters, PROXY, "istio-system", Profile.WEIR);
  }

  private static Cluster cluster(String name) {
    return Cluster.newBuilder().setName(name).build();
  }
}
