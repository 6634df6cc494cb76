package io.weir.controlplane.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatchSetTest {

  private static final PatchProxy PROXY =
      new PatchProxy("shop", "istio-system", Map.of("app", "cart"), Map.of(), Map.of());

  @Test
  void neverChangesWhatItIsGiven() {
    List<SourceNode> patches = allPatches();
    Random random = new Random(7);
    for (String world : List.of("inbound", "outbound", "gateway")) {
      PatchContext context =
          switch (world) {
            case "inbound" -> PatchContext.SIDECAR_INBOUND;
            case "outbound" -> PatchContext.SIDECAR_OUTBOUND;
            default -> PatchContext.GATEWAY;
          };
      ResourceDump dump = dump(world);
      List<ByteString> before = bytes(dump);
      for (int round = 0; round < 60; round++) {
        PatchSet set = PatchSet.of(List.of(some(patches, random)), PROXY, Profile.WEIR);
        List<ByteString> first = bytes(patched(set, context, dump));
        assertThat(bytes(dump)).as("what was given").isEqualTo(before);
        assertThat(bytes(patched(set, context, dump))).as("a second time").isEqualTo(first);
      }
    }
  }

  @Test
  void givesBackTheSameObjectsWhenNothingMatches() {
    ResourceDump dump = dump("inbound");
    PatchSet set =
        PatchSet.of(
            List.of(
                filter(
                    "{configPatches: [{applyTo: HTTP_FILTER, match: {listener: {portNumber: 1}},"
                        + " patch: {operation: REMOVE}}, {applyTo: HTTP_ROUTE, match:"
                        + " {routeConfiguration: {name: x}}, patch: {operation: REMOVE}},"
                        + " {applyTo: CLUSTER, match: {cluster: {name: x}}, patch: {operation:"
                        + " REMOVE}}]}")),
            PROXY,
            Profile.WEIR);
    Listener listener = dump.listeners().getFirst();

    assertThat(set.inlineRoutes(PatchContext.SIDECAR_INBOUND, listener)).isSameAs(listener);
    assertThat(set.listeners(PatchContext.SIDECAR_INBOUND, dump.listeners()).getFirst())
        .isSameAs(listener);
    Cluster cluster = dump.clusters().getFirst();
    assertThat(set.cluster(PatchContext.SIDECAR_INBOUND, cluster, List.of())).isSameAs(cluster);
  }

  @Test
  void doesNotLetListenersShareWhatAPatchChanged() {
    Listener one = dump("inbound").listeners().getFirst();
    FilterChain shared = one.getFilterChains(0);
    Listener two = one.toBuilder().setName("other").build();
    PatchSet set =
        PatchSet.of(
            List.of(
                filter(
                    "{configPatches: [{applyTo: FILTER_CHAIN, match: {listener: {name: other}},"
                        + " patch: {operation: MERGE, value: {name: changed}}}]}")),
            PROXY,
            Profile.WEIR);

    List<Listener> patched = set.listeners(PatchContext.SIDECAR_INBOUND, List.of(one, two));

    assertThat(patched.get(0).getFilterChains(0)).isEqualTo(shared);
    assertThat(patched.get(1).getFilterChains(0).getName()).isEqualTo("changed");
  }

  @Test
  void translatesServicePortsOfGateways() {
    PatchProxy gateway =
        new PatchProxy(
            "shop", "istio-system", Map.of(), Map.of(), Map.of(8080, java.util.Set.of(80)));
    RouteConfiguration table = RouteConfiguration.newBuilder().setName("http.8080").build();
    String patch =
        "{configPatches: [{applyTo: ROUTE_CONFIGURATION, match: {context: GATEWAY,"
            + " routeConfiguration: {portNumber: %d}}, patch: {operation: MERGE, value:"
            + " {request_headers_to_remove: [x]}}}]}";

    assertThat(routes(patch.formatted(80), gateway, table).getRequestHeadersToRemoveList())
        .containsExactly("x");
    assertThat(routes(patch.formatted(8080), gateway, table)).isSameAs(table);
  }

  private static RouteConfiguration routes(
      String spec, PatchProxy proxy, RouteConfiguration table) {
    return PatchSet.of(List.of(filter(spec)), proxy, Profile.WEIR)
        .routes(PatchContext.GATEWAY, table);
  }

  private static EnvoyFilter some(List<SourceNode> patches, Random random) {
    List<SourceNode> chosen = new ArrayList<>();
    while (chosen.size() < 6) {
      chosen.add(patches.get(random.nextInt(patches.size())));
    }
    return read(SourceMap.empty().with("configPatches", SourceList.of(chosen)));
  }

  private static EnvoyFilter filter(String spec) {
    return read(
        (SourceMap) Objects.requireNonNull(YamlReader.read(spec, "spec", new ProblemList())));
  }

  private static EnvoyFilter read(SourceMap spec) {
    ProblemList problems = new ProblemList();
    EnvoyFilter filter =
        EnvoyFilterReader.read("shop", "test", null, Map.of(), spec, Profile.WEIR, problems);
    assertThat(problems.errors()).isEmpty();
    return Objects.requireNonNull(filter);
  }

  /** The patches of all case files that can be read. */
  private static List<SourceNode> allPatches() {
    List<SourceNode> patches = new ArrayList<>();
    for (String file : List.of("http-filters", "listeners", "routes", "clusters", "legacy")) {
      for (SourceNode test : ((SourceList) yaml("patch/" + file + ".yaml")).items()) {
        if (((SourceMap) test).get("patches") instanceof SourceList list) {
          for (SourceNode patch : list.items()) {
            SourceMap spec = SourceMap.empty().with("configPatches", SourceList.of(List.of(patch)));
            if (EnvoyFilterReader.read(
                    "shop", "x", null, Map.of(), spec, Profile.WEIR, new ProblemList())
                != null) {
              patches.add(patch);
            }
          }
        }
      }
    }
    assertThat(patches).hasSizeGreaterThan(80);
    return patches;
  }

  private static ResourceDump patched(PatchSet set, PatchContext context, ResourceDump dump) {
    return new ResourceDump(
        set.listeners(
            context, dump.listeners().stream().map(l -> set.inlineRoutes(context, l)).toList()),
        dump.routes().stream().map(table -> set.routes(context, table)).toList(),
        set.clusters(context, dump.clusters()));
  }

  private static List<ByteString> bytes(ResourceDump dump) {
    List<Message> all = new ArrayList<>(dump.listeners());
    all.addAll(dump.routes());
    all.addAll(dump.clusters());
    return all.stream().map(Message::toByteString).toList();
  }

  private static ResourceDump dump(String world) {
    ProblemList problems = new ProblemList();
    ResourceDump dump = ResourceDump.read(yaml("patch/worlds/" + world + ".yaml"), problems);
    assertThat(problems.all()).isEmpty();
    return dump;
  }

  private static SourceNode yaml(String name) {
    try (InputStream in = PatchSetTest.class.getClassLoader().getResourceAsStream(name)) {
      String text =
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
      return Objects.requireNonNull(YamlReader.read(text, name, new ProblemList()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
