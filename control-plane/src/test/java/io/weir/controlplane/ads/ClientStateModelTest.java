package io.weir.controlplane.ads;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sequences of changes, answers, refusals, stale answers, subscriptions and reconnects: in
 * the end the client has what it should have, and on the way nothing that it uses is missing.
 */
final class ClientStateModelTest {

  private static final int SEEDS = 400;
  private static final int STEPS = 80;
  private static final int NAMES = 5;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void convergesAndNeverBreaks(boolean delta) {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(delta, seed, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void settlesWhenTheClientRefuses(boolean delta) {
    for (long seed = 0; seed < SEEDS; seed++) {
      run(delta, seed, 10);
    }
  }

  private void run(boolean delta, long seed, int refusalPercent) {
    Random random = new Random(seed);
    ModelClient client = new ModelClient(delta);
    ProxyResources target = resources(random, 1);
    client.server().onResources(target);
    List<String> log = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      int choice = random.nextInt(12);
      switch (choice) {
        case 0 -> {
          target = resources(random, step + 2);
          client.server().onResources(target);
          log.add("push " + shown(target));
        }
        case 1 -> {
          if (random.nextInt(4) == 0) {
            client.connect();
            client.server().onResources(target);
            log.add("reconnect");
          }
        }
        case 2 -> client.acknowledgeStale(ModelClient.TYPES.get(random.nextInt(4)));
        case 3, 4 -> client.follow();
        case 5, 6, 7 -> receive(client, log);
        default -> client.take(random.nextInt(100) < refusalPercent);
      }
    }
    drain(client, log);
    String story = "delta " + delta + ", seed " + seed + "\n" + String.join("\n", log);
    if (!client.refused) {
      assertThat(client.violations).as(story).isEmpty();
      for (ResourceType type : ModelClient.TYPES) {
        assertThat(client.has.get(type)).as(story + "\n" + type).isEqualTo(versions(target, type));
      }
      assertThat(client.server().synced()).as(story).isTrue();
    }
  }

  private static boolean receive(ModelClient client, List<String> log) {
    ServerResponse response = client.server().next(0);
    if (response == null) {
      return false;
    }
    log.add(
        response.type()
            + " "
            + response.resources().stream().map(r -> r.name() + "=" + r.version()).toList()
            + " removed "
            + response.removed());
    client.inbox.add(response);
    return true;
  }

  private static void drain(ModelClient client, List<String> log) {
    for (int i = 0; i < 200; i++) {
      client.follow();
      boolean received = receive(client, log);
      boolean taken = !client.inbox.isEmpty();
      client.take(false);
      if (!received && !taken) {
        return;
      }
    }
    throw new AssertionError("never at rest:\n" + String.join("\n", log));
  }

  /** Listeners with a table each, tables that use a cluster each, clusters with endpoints each. */
  private static ProxyResources resources(Random random, int revision) {
    SortedMap<String, Resource> clusters = new TreeMap<>();
    SortedMap<String, Resource> endpoints = new TreeMap<>();
    SortedMap<String, Resource> listeners = new TreeMap<>();
    SortedMap<String, Resource> routes = new TreeMap<>();
    for (int i = 0; i < NAMES; i++) {
      if (random.nextInt(3) > 0 || i == 0) {
        put(clusters, "c" + i, "v" + random.nextInt(3));
        put(endpoints, "c" + i, "e" + random.nextInt(3));
      }
    }
    List<String> names = new ArrayList<>(new TreeSet<>(clusters.keySet()));
    for (int i = 0; i < 3; i++) {
      if (random.nextInt(3) > 0) {
        put(listeners, "l" + i, "v" + random.nextInt(2));
        String used = names.get(random.nextInt(names.size()));
        put(routes, "r" + i, used + "#" + random.nextInt(2));
      }
    }
    Map<ResourceType, SortedMap<String, Resource>> byType = new EnumMap<>(ResourceType.class);
    byType.put(ResourceType.CLUSTER, clusters);
    byType.put(ResourceType.ENDPOINT, endpoints);
    byType.put(ResourceType.LISTENER, listeners);
    byType.put(ResourceType.ROUTE, routes);
    return new ProxyResources(revision, byType, List.of());
  }

  private static void put(SortedMap<String, Resource> map, String name, String version) {
    map.put(name, new Resource(name, version, Any.getDefaultInstance()));
  }

  private static Map<String, String> versions(ProxyResources resources, ResourceType type) {
    Map<String, String> versions = new TreeMap<>();
    resources.of(type).values().forEach(r -> versions.put(r.name(), r.version()));
    return versions;
  }

  private static String shown(ProxyResources resources) {
    StringBuilder text = new StringBuilder();
    ModelClient.TYPES.forEach(
        type -> text.append(type).append(versions(resources, type)).append(' '));
    return text.toString();
  }
}
