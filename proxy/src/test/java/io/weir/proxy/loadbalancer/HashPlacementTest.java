package io.weir.proxy.loadbalancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Metadata;
import io.weir.filter.Value;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.hash.XxHash64;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The same keys reach the same hosts as in Envoy. */
final class HashPlacementTest {
  private static final String NAMES = "ABCDE";

  @TestFactory
  Stream<DynamicTest> keysReachTheHostsThatEnvoyChooses() throws IOException {
    String text;
    try (var in = HashPlacementTest.class.getResourceAsStream("placements.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .map(parts -> DynamicTest.dynamicTest(parts[0], () -> check(parts[0], parts[1])));
  }

  private static void check(String name, String expected) {
    List<Weights.Share> shares = shares(name.endsWith("_w"));
    HashTable table =
        switch (name.substring(0, name.indexOf('_'))) {
          case "ring" ->
              RingTable.build(shares, new RingTable.Settings(1024, 8 << 20, false, false));
          case "murmur" ->
              RingTable.build(shares, new RingTable.Settings(128, 8 << 20, true, false));
          case "ringsmall" -> RingTable.build(shares, new RingTable.Settings(7, 64, false, false));
          case "maglev" -> MaglevTable.build(shares, new MaglevTable.Settings(65537, false));
          case "maglev251" -> MaglevTable.build(shares, new MaglevTable.Settings(251, false));
          default -> throw new IllegalArgumentException(name);
        };
    var placed = new StringBuilder();
    for (int i = 0; i < expected.length(); i++) {
      byte[] key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
      Host host = table.choose(XxHash64.hash(key, 0, key.length, 0), 0);
      placed.append(NAMES.charAt(((InetSocketAddress) host.address()).getPort() - 1));
    }
    assertThat(placed.toString()).isEqualTo(expected);
  }

  private static List<Weights.Share> shares(boolean weighted) {
    var shares = new ArrayList<Weights.Share>();
    for (int i = 0; i < NAMES.length(); i++) {
      var address = new InetSocketAddress("127.0.0.1", i + 1);
      var key = Value.of("host-" + NAMES.charAt(i));
      var metadata =
          new Metadata(Map.of("envoy.lb", new Value.MapValue(Map.of("hash_key", key))), Map.of());
      Endpoint plain = Endpoint.of(address);
      var endpoint =
          new Endpoint(
              address, address, "", "", metadata, plain.locality(), 0, 1, plain.health(), true);
      shares.add(
          new Weights.Share(
              new Host(endpoint, address.toString(), 1, 0), weighted ? (i + 1) / 15.0 : 0.2));
    }
    return shares;
  }
}
