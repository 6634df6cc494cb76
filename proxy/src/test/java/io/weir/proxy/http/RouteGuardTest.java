package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.route.Route;
import io.weir.proxy.route.RouteTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route may change behind a filter that authorizes, but not to one it would judge otherwise. */
final class RouteGuardTest {
  private static final RouteConfig PUBLIC = new RouteConfig() {};
  private static final RouteConfig SECRET = new RouteConfig() {};
  private static final HttpFilter NOTHING = new HttpFilter() {};

  private final HcmHarness harness = new HcmHarness();
  private final FakeSlot judge = new FakeSlot("judge", false, _ -> NOTHING);

  /** Routes by path; the judge's configuration of each. */
  private record TestRoute(String name, @Nullable RouteConfig config, @Nullable Boolean off)
      implements Route {
    @Override
    public boolean direct() {
      return false;
    }

    @Override
    public @Nullable RouteConfig filterConfig(String filterName) {
      return filterName.equals("judge") ? config : null;
    }

    @Override
    public List<RouteConfig> filterConfigs(String filterName) {
      RouteConfig found = filterConfig(filterName);
      return found == null ? List.of() : List.of(found);
    }

    @Override
    public @Nullable Boolean filterDisabled(String filterName) {
      return filterName.equals("judge") ? off : null;
    }

    @Override
    public long requestBodyBufferLimit() {
      return -1;
    }

    @Override
    public long idleTimeoutMillis() {
      return -1;
    }

    @Override
    public @Nullable Boolean upgradeEnabled(String type) {
      return null;
    }

    @Override
    public Metadata metadata() {
      return Metadata.EMPTY;
    }

    @Override
    public String virtualHostName() {
      return "v";
    }

    @Override
    public Metadata virtualHostMetadata() {
      return Metadata.EMPTY;
    }

    @Override
    public @Nullable String clusterName() {
      return "c";
    }
  }

  private static final Map<String, Route> ROUTES =
      Map.of(
          "/plain", new TestRoute("plain", null, null),
          "/plain2", new TestRoute("plain2", null, null),
          "/public", new TestRoute("public", PUBLIC, null),
          "/public2", new TestRoute("public2", PUBLIC, null),
          "/secret", new TestRoute("secret", SECRET, null),
          "/open", new TestRoute("open", null, true));

  private static final class Table implements RouteTable {
    @Override
    public String name() {
      return "table";
    }

    @Override
    public @Nullable Route route(HeaderMap headers, StreamInfo streamInfo, long random) {
      return ROUTES.get(headers.get(HeaderName.PATH));
    }
  }

  /** Sends the request to another path, as a script might. */
  private static HttpFilter move(HttpFilterCallbacks given) {
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        String to = headers.get(HeaderName.of("to"));
        if (to != null) {
          headers.set(HeaderName.PATH, to);
          given.clearRouteCache();
        }
        return FilterHeadersStatus.CONTINUE;
      }
    };
  }

  private static HttpFilter answer(HttpFilterCallbacks given) {
    return new HttpFilter() {
      @Override
      public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
        var response = new HeaderMap();
        response.add(HeaderName.STATUS, "200");
        given.encodeHeaders(response, true, "via_upstream");
        return FilterHeadersStatus.STOP_ITERATION;
      }
    };
  }

  @BeforeEach
  void routes() {
    harness.routes = new Table();
    judge.authorizes = true;
  }

  private String status(String from, @Nullable String to) {
    harness.send(
        "GET "
            + from
            + " HTTP/1.1\r\nhost: h\r\n"
            + (to == null ? "" : "to: " + to + "\r\n")
            + "\r\n");
    return harness.receive().substring(9, 12);
  }

  @ParameterizedTest
  @CsvSource({
    "/plain,/plain2,200",
    "/public,/public2,200",
    "/plain,/secret,403",
    "/public,/secret,403",
    "/secret,/plain,403",
    "/open,/plain,403",
    "/open,/secret,403",
    "/secret,/open,200",
    "/plain,/none,200",
  })
  void behindTheJudge(String from, String to, String status) {
    harness.slots.add(judge);
    harness.filter("move", RouteGuardTest::move).terminal(RouteGuardTest::answer).open();
    assertThat(status(from, to)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"/plain,/secret,200", "/secret,/plain,200", "/open,/secret,403"})
  void inFrontOfTheJudge(String from, String to, String status) {
    harness.filter("move", RouteGuardTest::move);
    harness.slots.add(judge);
    harness.terminal(RouteGuardTest::answer).open();
    assertThat(status(from, to)).isEqualTo(status);
  }

  @Test
  void aRouteThatStaysIsNotAsked() {
    harness.slots.add(judge);
    harness.filter("move", RouteGuardTest::move).terminal(RouteGuardTest::answer).open();
    assertThat(status("/secret", null)).isEqualTo("200");
    assertThat(status("/secret", "/secret")).isEqualTo("200");
  }
}
