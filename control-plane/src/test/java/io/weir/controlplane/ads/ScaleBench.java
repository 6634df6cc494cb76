package io.weir.controlplane.ads;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.sun.management.OperatingSystemMXBean;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.ConfigWrite;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Certificates;
import io.weir.controlplane.push.Debouncer;
import io.weir.controlplane.push.PushContext;
import io.weir.xds.ResourceType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a change takes to reach simulated proxies, and what it costs. Run by
 * bench/control-plane.sh; arguments: proxies, services, namespaces, EnvoyFilters, scoped or not.
 */
final class ScaleBench {

  private static final OperatingSystemMXBean OS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final int ROUNDS = Integer.getInteger("rounds", 6);

  private final int proxies;
  private final int services;
  private final int namespaces;
  private final int filters;
  private final boolean scoped;
  private final ConfigStore store = new ConfigStore();
  private final Map<SimulatedProxy, Long> arrived = new ConcurrentHashMap<>();
  private final AtomicLong lastMessage = new AtomicLong();
  private final AtomicLong responses = new AtomicLong();
  private volatile ResourceType wanted = ResourceType.ROUTE;
  private volatile String wantedName = "";

  private ScaleBench(String[] args) {
    proxies = Integer.parseInt(args[0]);
    services = Integer.parseInt(args[1]);
    namespaces = Integer.parseInt(args[2]);
    filters = Integer.parseInt(args[3]);
    scoped = args[4].equals("scoped");
  }

  public static void main(String[] args) throws InterruptedException {
    new ScaleBench(args).run();
  }

  private void run() throws InterruptedException {
    System.out.printf(
        "%d proxies, %d services, %d namespaces, %d EnvoyFilters, %s%n",
        proxies, services, namespaces, filters, scoped ? "scoped" : "without scopes");
    long began = System.nanoTime();
    List<ConfigWrite> writes = new ArrayList<>();
    // As from as many files, which are read in parallel.
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < services; i++) {
      texts.add(service(i, 1));
      texts.add(route(i, "1s"));
    }
    for (int n = 0; n < namespaces && scoped; n++) {
      texts.add(sidecar(n));
    }
    for (int f = 0; f < filters; f++) {
      texts.add(filter(f));
    }
    texts.parallelStream().map(ScaleBench::read).toList().forEach(writes::addAll);
    store.write("api", writes);
    PushContext first =
        PushContext.first(store.snapshot(), MeshConfig.DEFAULT, Certificates.ISSUED);
    System.out.printf("load: %.1f s, heap %d MiB%n", seconds(began), usedMegabytes());
    AdsServer server = new AdsServer(first, Profile.WEIR);
    Debouncer debouncer =
        new Debouncer(
            Debouncer.QUIET,
            Debouncer.MAX,
            (snapshot, changed) -> server.push(server.context().next(snapshot, changed)));
    debouncer.start();
    store.onChange(debouncer::add);

    long cpu = OS.getProcessCpuTime();
    began = System.nanoTime();
    List<SimulatedProxy> clients = new ArrayList<>();
    for (int i = 0; i < proxies; i++) {
      SimulatedProxy client = new SimulatedProxy(node(i), this::seen);
      clients.add(client);
      client.connect(server);
    }
    await(proxies);
    settle();
    long bytes = clients.stream().mapToLong(c -> c.bytes.get()).sum();
    System.out.printf(
        "connect: all configured in %.1f s, CPU %.1f s, %d MiB sent, %d sets generated, heap %d"
            + " MiB%n",
        (lastMessage.get() - began) / 1e9,
        (OS.getProcessCpuTime() - cpu) / 1e9,
        bytes >> 20,
        server.cache().generated(),
        usedMegabytes());
    for (int round = 0; round < ROUNDS; round++) {
      measure("VirtualService", ResourceType.ROUTE, "80", route(7, 2 + round + "s"));
      measure("DestinationRule", ResourceType.CLUSTER, cluster(7), rule(7, 10 + round));
      measure("endpoint", ResourceType.ENDPOINT, cluster(7), service(7, 2 + round));
      measure("EnvoyFilter", ResourceType.LISTENER, "", filter(7).replace("filter7", "f" + round));
    }
    clients.forEach(SimulatedProxy::close);
    debouncer.close();
  }

  private void seen(SimulatedProxy client, ServerResponse response) {
    lastMessage.set(System.nanoTime());
    responses.incrementAndGet();
    if (response.type() == wanted
        && response.resources().stream().anyMatch(r -> r.name().startsWith(wantedName))) {
      arrived.putIfAbsent(client, System.nanoTime());
    }
  }

  private void measure(String what, ResourceType type, String name, String yaml)
      throws InterruptedException {
    wanted = type;
    wantedName = name;
    arrived.clear();
    responses.set(0);
    List<ConfigWrite> writes = read(yaml);
    long cpu = OS.getProcessCpuTime();
    long began = System.nanoTime();
    store.write("api", writes);
    await(scoped ? proxies / namespaces : proxies);
    double needed = (OS.getProcessCpuTime() - cpu) / 1e6;
    settle();
    double spent = (OS.getProcessCpuTime() - cpu) / 1e6;
    List<Long> times =
        new ConcurrentLinkedQueue<>(arrived.values())
            .stream().map(t -> (t - began) / 1_000_000).sorted().toList();
    if (times.isEmpty()) {
      System.out.printf("%-16s reached nobody%n", what);
      return;
    }
    System.out.printf(
        "%-16s %4d proxies reached: p50 %4d ms, p99 %4d ms, max %4d ms;"
            + " CPU %.0f ms until then, %.0f ms in all, %d responses%n",
        what,
        times.size(),
        times.get(times.size() / 2),
        times.get(Math.min(times.size() - 1, times.size() * 99 / 100)),
        times.getLast(),
        needed,
        spent,
        responses.get());
  }

  /** Until so many proxies have what is wanted. */
  private void await(int expected) throws InterruptedException {
    long limit = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (arrived.size() < expected && System.nanoTime() < limit) {
      Thread.sleep(1);
    }
  }

  /** Until nothing is sent for a while. */
  private void settle() throws InterruptedException {
    while (System.nanoTime() - lastMessage.get() < Duration.ofMillis(700).toNanos()) {
      Thread.sleep(20);
    }
  }

  private static List<ConfigWrite> read(String yaml) {
    DocumentReader.Documents read = new DocumentReader(List.of()).read(yaml, "api");
    if (!read.problems().isEmpty()) {
      throw new IllegalStateException(read.problems().toString());
    }
    List<ConfigWrite> writes = new ArrayList<>();
    for (Config<?> config : read.configs()) {
      writes.add(ConfigWrite.put(config, null));
    }
    return writes;
  }

  private String namespace(int service) {
    return "ns" + service % namespaces;
  }

  private String host(int service) {
    return "s" + service + "." + namespace(service) + ".svc.cluster.local";
  }

  private String cluster(int service) {
    return "outbound|80||" + host(service);
  }

  private String service(int i, int lastByte) {
    return """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: s%d, namespace: %s}
        spec:
          hosts: [%s]
          addresses: [10.%d.%d.%d]
          ports: [{number: 80, name: http, protocol: HTTP}]
          location: MESH_INTERNAL
          resolution: STATIC
          endpoints: [{address: 10.100.%d.%d, labels: {v: a}}, {address: 10.101.%d.%d, labels: {v: b}}]
        """
        .formatted(
            i,
            namespace(i),
            host(i),
            96 + i / 65536,
            i / 256 % 256,
            i % 256,
            i / 256 % 256,
            i % 256,
            lastByte,
            i % 256);
  }

  private String route(int i, String timeout) {
    return """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: s%d, namespace: %s}
        spec: {hosts: [%s], http: [{timeout: %s, route: [{destination: {host: %s}}]}]}
        """
        .formatted(i, namespace(i), host(i), timeout, host(i));
  }

  private String rule(int i, int connections) {
    return """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: s%d, namespace: %s}
        spec: {host: %s, trafficPolicy: {connectionPool: {tcp: {maxConnections: %d}}}}
        """
        .formatted(i, namespace(i), host(i), connections);
  }

  private static String sidecar(int namespace) {
    return """
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: default, namespace: ns%d}
        spec: {egress: [{hosts: ["./*"]}]}
        """
        .formatted(namespace);
  }

  private String filter(int i) {
    return """
        apiVersion: networking.istio.io/v1alpha3
        kind: EnvoyFilter
        metadata: {name: filter%d, namespace: ns%d}
        spec:
          configPatches:
          - applyTo: HTTP_FILTER
            match: {context: SIDECAR_OUTBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: envoy.filters.http.router}}}}}
            patch:
              operation: INSERT_BEFORE
              value: {name: filter%d, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: {inline_string: "-- %d"}}}
        """
        .formatted(i, i % namespaces, i, i);
  }

  private Node node(int i) {
    String namespace = "ns" + i % namespaces;
    return Node.newBuilder()
        .setId(
            "sidecar~10.200.%d.%d~p%d.%s~%s.svc.cluster.local"
                .formatted(i / 256, i % 256, i, namespace, namespace))
        .setUserAgentName("envoy")
        .setMetadata(
            Struct.newBuilder()
                .putFields("NAMESPACE", Value.newBuilder().setStringValue(namespace).build()))
        .build();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static long usedMegabytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() >> 20;
  }
}
