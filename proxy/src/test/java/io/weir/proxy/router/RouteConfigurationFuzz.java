package io.weir.proxy.router;

import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.TestLoadContext;
import io.weir.proxy.route.RouteTable;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.nio.charset.StandardCharsets;

/**
 * Route configurations as YAML: refused with problems, or a table that finds or does not find a
 * route for any request. The target of Jazzer and of FuzzTest.
 */
public final class RouteConfigurationFuzz {
  private RouteConfigurationFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    var problems = new ProblemList();
    SourceNode source =
        YamlReader.read(new String(data, StandardCharsets.UTF_8), "fuzz.yaml", problems);
    RouteConfiguration message =
        source == null
            ? null
            : ProtoReader.read(source, RouteConfiguration.getDefaultInstance(), problems);
    if (message == null || !problems.isEmpty()) {
      return;
    }
    var context = new TestLoadContext();
    RouteTable table = RouteTableLoader.load(message, context, false);
    if (table == null) {
      if (context.problems.isEmpty()) {
        throw new AssertionError("refused without a reason");
      }
      return;
    }
    for (String host : new String[] {"a.example.com", "b", ""}) {
      for (String path : new String[] {"/", "/a/b?c=d", "/x;y", "*"}) {
        var headers = new HeaderMap();
        headers.add(HeaderName.AUTHORITY, host);
        headers.add(HeaderName.PATH, path);
        headers.add(HeaderName.METHOD, "GET");
        headers.add(HeaderName.SCHEME, "http");
        headers.add(HeaderName.X_FORWARDED_PROTO, "http");
        table.route(headers, new FakeStreamInfo(), 17);
      }
    }
  }
}
