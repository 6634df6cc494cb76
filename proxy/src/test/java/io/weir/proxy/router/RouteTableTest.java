package io.weir.proxy.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.TestLoadContext;
import io.weir.proxy.route.Route;
import io.weir.proxy.route.RouteTable;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class RouteTableTest {

  @TestFactory
  Stream<DynamicTest> requestsTakeTheirRoutes() throws IOException {
    var list = new ProblemList();
    return YamlReader.readAll(resource("routes.yaml"), "routes.yaml", list).stream()
        .flatMap(document -> cases((SourceMap) document));
  }

  private static Stream<DynamicTest> cases(SourceMap document) {
    String name = ((SourceScalar) field(document, "name")).text();
    RouteTable table = load(field(document, "config"));
    return ((SourceList) field(document, "requests"))
        .items().stream()
            .map(item -> ((SourceScalar) item).text())
            .map(text -> DynamicTest.dynamicTest(name + ": " + text, () -> check(table, text)));
  }

  private static SourceNode field(SourceMap map, String name) {
    return map.entries().stream()
        .filter(entry -> entry.key().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static RouteTable load(SourceNode config) {
    var list = new ProblemList();
    var message = ProtoReader.read(config, RouteConfiguration.getDefaultInstance(), list);
    assertThat(list.all()).isEmpty();
    var context = new TestLoadContext();
    RouteTable table = RouteTableLoader.load(message, context, false);
    assertThat(context.problems).isEmpty();
    return table;
  }

  private static void check(RouteTable table, String text) {
    String[] sides = text.split(" -> ");
    Route route = table.route(request(sides[0]), new FakeStreamInfo(), 0);
    assertThat(route == null ? "none" : route.name()).isEqualTo(sides[1].strip());
  }

  private static HeaderMap request(String text) {
    String[] parts = text.split(" ");
    var headers = new HeaderMap();
    headers.add(HeaderName.AUTHORITY, parts[1]);
    headers.add(HeaderName.PATH, parts[2]);
    headers.add(HeaderName.METHOD, parts[0]);
    headers.add(HeaderName.SCHEME, "http");
    headers.add(HeaderName.X_FORWARDED_PROTO, "http");
    for (int i = 3; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      headers.add(parts[i].substring(0, equals), parts[i].substring(equals + 1));
    }
    return headers;
  }

  private static String resource(String name) throws IOException {
    try (var in = RouteTableTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theIndexFindsWhatAScanFinds() {
    var random = new Random(7);
    for (int round = 0; round < 300; round++) {
      var matches = new ArrayList<PathMatch>();
      for (int i = 0; i < 40; i++) {
        matches.add(randomMatch(random));
      }
      RouteIndex index = RouteIndex.of(matches);
      for (int i = 0; i < 40; i++) {
        byte[] path = randomPath(random, 6).getBytes(StandardCharsets.UTF_8);
        assertThat(indexed(index, matches, path))
            .as("%s among %s", new String(path, StandardCharsets.UTF_8), matches)
            .isEqualTo(scanned(matches, path));
      }
    }
  }

  private static List<Integer> scanned(List<PathMatch> matches, byte[] path) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < matches.size(); i++) {
      if (matches.get(i).matches(path, 0, path.length)) {
        found.add(i);
      }
    }
    return found;
  }

  private static List<Integer> indexed(RouteIndex index, List<PathMatch> matches, byte[] path) {
    var found = new ArrayList<Integer>();
    Object where = index.find(path, 0, path.length);
    for (int i = index.next(where, -1); i >= 0; i = index.next(where, i)) {
      if (matches.get(i).matches(path, 0, path.length)) {
        found.add(i);
      }
    }
    return found;
  }

  private static PathMatch randomMatch(Random random) {
    boolean ignoreCase = random.nextInt(8) == 0;
    byte[] text = PathMatch.bytes(randomPath(random, 4), ignoreCase);
    return switch (random.nextInt(3)) {
      case 0 -> new PathMatch.Prefix(text, ignoreCase);
      case 1 -> new PathMatch.Exact(text, ignoreCase);
      default -> new PathMatch.SeparatedPrefix(text, ignoreCase);
    };
  }

  private static String randomPath(Random random, int max) {
    var path = new StringBuilder("/");
    for (int i = random.nextInt(max); i > 0; i--) {
      path.append("ab/é".charAt(random.nextInt(4)));
    }
    return path.toString();
  }

  @Test
  void tenThousandRoutesAndFiveThousandDomainsTakeNoScan() {
    var config = RouteConfiguration.newBuilder();
    for (int h = 0; h < 5000; h++) {
      var host = config.addVirtualHostsBuilder().setName("h" + h).addDomains("*.d" + h + ".test");
      for (int r = 0; r < 2; r++) {
        host.addRoutesBuilder()
            .setName("h" + h + "r" + r)
            .setMatch(
                io.envoyproxy.envoy.config.route.v3.RouteMatch.newBuilder().setPrefix("/p" + r))
            .setRoute(io.envoyproxy.envoy.config.route.v3.RouteAction.newBuilder().setCluster("c"));
      }
    }
    var big = config.addVirtualHostsBuilder().setName("big").addDomains("big.test");
    for (int r = 0; r < 10_000; r++) {
      big.addRoutesBuilder()
          .setName("r" + r)
          .setMatch(
              io.envoyproxy.envoy.config.route.v3.RouteMatch.newBuilder().setPrefix("/s" + r + "/"))
          .setRoute(io.envoyproxy.envoy.config.route.v3.RouteAction.newBuilder().setCluster("c"));
    }
    RouteTable table = RouteTableLoader.load(config.build(), new TestLoadContext(), false);
    var info = new FakeStreamInfo();
    HeaderMap one = request("GET big.test /s9999/x");
    HeaderMap other = request("GET a.d4999.test /p1");
    assertThat(table.route(one, info, 0).name()).isEqualTo("r9999");
    assertThat(table.route(other, info, 0).name()).isEqualTo("h4999r1");
    // A scan of 10,000 prefixes takes far longer than these 20,000 look-ups may.
    long start = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      table.route(one, info, 0);
      table.route(other, info, 0);
    }
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
  }
}
