package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.TestLoadContext;
import io.weir.proxy.route.RouteTable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The route of a request among many: of one virtual host with that many exact and prefix paths, and
 * of half as many domains. The time must not grow with the number.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class RouteBenchmark {
  @Param({"10", "1000", "10000"})
  public int routes;

  private final StreamInfo info = new FakeStreamInfo();
  private final HeaderMap toExact = new HeaderMap();
  private final HeaderMap toPrefix = new HeaderMap();
  private final HeaderMap toDomain = new HeaderMap();
  private @Nullable RouteTable table;

  @Setup
  public void load() {
    RouteConfiguration.Builder message = RouteConfiguration.newBuilder().setName("bench");
    VirtualHost.Builder many =
        VirtualHost.newBuilder().setName("routes").addDomains("routes.example.com");
    for (int i = 0; i < routes / 2; i++) {
      many.addRoutes(route(RouteMatch.newBuilder().setPath("/exact/" + i)));
      many.addRoutes(route(RouteMatch.newBuilder().setPrefix("/prefix/" + i + "/")));
      message.addVirtualHosts(
          VirtualHost.newBuilder()
              .setName("host" + i)
              .addDomains("host" + i + ".example.com")
              .addDomains("*.host" + i + ".example.org")
              .addRoutes(route(RouteMatch.newBuilder().setPrefix("/"))));
    }
    table =
        RouteTableLoader.load(message.addVirtualHosts(many).build(), new TestLoadContext(), false);
    int last = routes / 2 - 1;
    request(toExact, "routes.example.com", "/exact/" + last);
    request(toPrefix, "routes.example.com", "/prefix/" + last + "/items?id=42");
    request(toDomain, "a.host" + last + ".example.org", "/");
    for (HeaderMap each : new HeaderMap[] {toExact, toPrefix, toDomain}) {
      if (find(each) == null) {
        throw new IllegalStateException("no route for " + each);
      }
    }
  }

  private static Route route(RouteMatch.Builder match) {
    return Route.newBuilder()
        .setMatch(match)
        .setRoute(RouteAction.newBuilder().setCluster("origin"))
        .build();
  }

  private static void request(HeaderMap headers, String host, String path) {
    headers.add(HeaderName.AUTHORITY, host);
    headers.add(HeaderName.PATH, path);
    headers.add(HeaderName.METHOD, "GET");
    headers.add(HeaderName.SCHEME, "http");
    headers.add(HeaderName.X_FORWARDED_PROTO, "http");
  }

  private io.weir.proxy.route.@Nullable Route find(HeaderMap headers) {
    RouteTable loaded = table;
    return loaded == null ? null : loaded.route(headers, info, 0);
  }

  @Benchmark
  public Object exactPath() {
    return find(toExact);
  }

  @Benchmark
  public Object prefixPath() {
    return find(toPrefix);
  }

  @Benchmark
  public Object suffixDomain() {
    return find(toDomain);
  }
}
