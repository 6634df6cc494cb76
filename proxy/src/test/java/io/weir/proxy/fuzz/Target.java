package io.weir.proxy.fuzz;

import io.weir.proxy.formatter.FormatFuzz;
import io.weir.proxy.http.PathNormalizerFuzz;
import io.weir.proxy.http.codec.Http1ServerFuzz;
import io.weir.proxy.router.RouteConfigurationFuzz;
import java.util.function.Consumer;

/** What is fed with random input, and what that begins with. */
enum Target {
  HTTP1_SERVER(Http1ServerFuzz.class, Http1ServerFuzz::fuzzerTestOneInput, "http1.txt"),
  PATH(PathNormalizerFuzz.class, PathNormalizerFuzz::fuzzerTestOneInput, "paths.txt"),
  FORMAT(FormatFuzz.class, FormatFuzz::fuzzerTestOneInput, "formats.txt"),
  ROUTES(RouteConfigurationFuzz.class, RouteConfigurationFuzz::fuzzerTestOneInput, "routes.txt");

  final Class<?> type;
  final Consumer<byte[]> feed;
  final String seeds;

  /**
   * @param seeds a resource: inputs, between lines of dashes
   */
  Target(Class<?> type, Consumer<byte[]> feed, String seeds) {
    this.type = type;
    this.feed = feed;
    this.seeds = seeds;
  }
}
