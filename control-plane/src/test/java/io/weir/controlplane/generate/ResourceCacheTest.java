package io.weir.controlplane.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.ConfigWrite;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Certificates;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.YamlReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resources by way of the cache are those that are generated anew, whatever changes: an input that
 * the key lacks would show here.
 */
final class ResourceCacheTest {

  private static final List<String> NODES =
      List.of(
          "{id: sidecar~10.1.0.5~cart-1.shop~shop.svc.cluster.local, metadata: {NAMESPACE: shop,"
              + " LABELS: {app: cart, version: v1}}, locality: {region: r1, zone: z1}}",
          "{id: sidecar~10.1.0.6~cart-2.shop~shop.svc.cluster.local, metadata: {NAMESPACE: shop,"
              + " LABELS: {app: cart, version: v1}}, locality: {region: r1, zone: z1}}",
          "{id: sidecar~10.1.0.11~items-1.shop~shop.svc.cluster.local, metadata: {NAMESPACE: shop,"
              + " LABELS: {app: items}, INTERCEPTION_MODE: NONE}, user_agent_name: envoy}",
          "{id: sidecar~10.1.0.13~items-3.other~other.svc.cluster.local, metadata: {NAMESPACE:"
              + " other}, locality: {region: r2}}",
          "{id: router~10.1.0.9~edge-1.shop~shop.svc.cluster.local, metadata: {NAMESPACE: shop,"
              + " LABELS: {istio: edge, app: edge}}}",
          "{id: router~10.1.0.12~edge-2.istio-system~istio-system.svc.cluster.local, metadata:"
              + " {NAMESPACE: istio-system, LABELS: {istio: ingressgateway}}}");

  private static List<Config<?>> documents() throws Exception {
    List<Config<?>> all = new ArrayList<>();
    Path golden =
        Path.of(Objects.requireNonNull(ResourceCacheTest.class.getResource("golden")).toURI());
    try (Stream<Path> files = Files.walk(golden)) {
      for (Path file : files.filter(f -> f.getParent().endsWith("config")).sorted().toList()) {
        all.addAll(
            new DocumentReader(List.of())
                .read(Files.readString(file), file.toString()).configs().stream()
                    .map(ResourceCacheTest::fromApi)
                    .toList());
      }
    }
    return all;
  }

  private static Config<?> fromApi(Config<?> config) {
    return new Config<>(
        config.meta(),
        config.spec(),
        new io.weir.controlplane.config.Origin("api", config.origin().document()),
        0);
  }

  private static List<Proxy> proxies() throws Exception {
    List<Proxy> proxies = new ArrayList<>();
    for (String text : NODES) {
      Node node =
          ProtoReader.read(
              YamlReader.readAll(text, "", new ProblemList()).getFirst(),
              Node.getDefaultInstance(),
              new ProblemList());
      proxies.add(Proxy.of(Objects.requireNonNull(node)));
    }
    return proxies;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isNeverBehindTheConfiguration(long seed) throws Exception {
    List<Config<?>> documents = documents();
    List<Proxy> proxies = proxies();
    ConfigStore store = new ConfigStore();
    Random random = new Random(seed);
    PushContext context =
        PushContext.first(store.snapshot(), MeshConfig.DEFAULT, Certificates.ISSUED);
    ResourceCache cache = new ResourceCache(context, Profile.WEIR);
    for (int step = 0; step < 120; step++) {
      Config<?> chosen = documents.get(random.nextInt(documents.size()));
      boolean remove = store.snapshot().get(chosen.key()) != null && random.nextInt(3) == 0;
      ConfigWrite write =
          remove ? ConfigWrite.delete(chosen.key(), null) : ConfigWrite.put(chosen, null);
      store.write("api", List.of(write));
      context = context.next(store.snapshot(), Set.of(chosen.key()));
      for (Proxy proxy : proxies) {
        assertThat(cache.get(context, proxy).byType())
            .as(
                "step %d: %s %s for %s",
                step, remove ? "without" : "with", chosen.key(), proxy.id())
            .isEqualTo(ResourceGenerator.generate(context, proxy, Profile.WEIR).byType());
      }
    }
    assertThat(cache.generated()).isLessThan(cache.asked());
  }

  @Test
  void proxiesOfOneDeploymentShareTheirResources() throws Exception {
    ConfigStore store = new ConfigStore();
    documents().forEach(config -> store.write("api", List.of(ConfigWrite.put(config, null))));
    PushContext context =
        PushContext.first(store.snapshot(), MeshConfig.DEFAULT, Certificates.ISSUED);
    ResourceCache cache = new ResourceCache(context, Profile.WEIR);
    Proxy second = Proxy.of(node("sidecar~10.77.0.2~b.shop~shop.svc.cluster.local"));

    ProxyResources first =
        cache.get(context, Proxy.of(node("sidecar~10.77.0.1~a.shop~shop.svc.cluster.local")));

    assertThat(cache.get(context, second)).isSameAs(first);
    ConfigStore other = new ConfigStore();
    PushContext later = context.next(store.snapshot(), Set.of());
    assertThat(cache.get(later, second)).isSameAs(first);
    assertThat(cache.get(context.next(other.snapshot(), store.snapshot().all().keySet()), second))
        .isNotSameAs(first);
  }

  private static Node node(String id) {
    return Node.newBuilder().setId(id).build();
  }
}
