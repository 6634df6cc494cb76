package io.weir.controlplane.generate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction.RedirectResponseCode;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.DirectResponse;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.config.VirtualService.Redirect;
import io.weir.controlplane.config.VirtualService.RedirectPort;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of a VirtualService's HTTP rules. */
final class HttpRoutes {

  private static final int MOVED_PERMANENTLY = 301;

  private static final Map<Integer, RedirectResponseCode> REDIRECT_CODES =
      Map.of(
          MOVED_PERMANENTLY,
          RedirectResponseCode.MOVED_PERMANENTLY,
          302,
          RedirectResponseCode.FOUND,
          303,
          RedirectResponseCode.SEE_OTHER,
          307,
          RedirectResponseCode.TEMPORARY_REDIRECT,
          308,
          RedirectResponseCode.PERMANENT_REDIRECT);

  private HttpRoutes() {}

  /** One route for each match of each rule, up to the first that matches everything. */
  static List<Route> build(Config<VirtualService> config, RouteScope scope) {
    List<Route> routes = new ArrayList<>();
    for (HttpRoute rule : config.spec().http()) {
      if (rule.match().isEmpty()) {
        routes.add(route(config, rule, null, scope));
        return routes;
      }
      for (HttpMatch match : rule.match()) {
        if (RouteMatches.applies(match, scope)) {
          Route route = route(config, rule, match, scope);
          routes.add(route);
          if (RouteMatches.catchesAll(route)) {
            return routes;
          }
        }
      }
    }
    return routes;
  }

  /** Whether there is any route. */
  static boolean any(Config<VirtualService> config, RouteScope scope) {
    for (HttpRoute rule : config.spec().http()) {
      if (rule.match().isEmpty()
          || rule.match().stream().anyMatch(match -> RouteMatches.applies(match, scope))) {
        return true;
      }
    }
    return false;
  }

  /** The route of a host without rules. */
  static Route toService(String cluster, RouteScope scope) {
    RouteAction.Builder action =
        RouteAction.newBuilder()
            .setCluster(cluster)
            .setTimeout(Messages.ZERO)
            .setMaxGrpcTimeout(Messages.ZERO);
    RouteActions.retries(action, scope.defaultRetries(), false);
    RouteActions.hash(action, scope.hashes().get(cluster)); // names its port
    return Route.newBuilder()
        .setName("default")
        .setMatch(RouteMatch.newBuilder().setPrefix("/"))
        .setRoute(action)
        .build();
  }

  private static Route route(
      Config<VirtualService> config, HttpRoute rule, @Nullable HttpMatch match, RouteScope scope) {
    Route.Builder route =
        Route.newBuilder()
            .setName(name(rule, match))
            .setMatch(RouteMatches.build(match))
            .setMetadata(Messages.from(config.path()));
    HeaderEdits edits = HeaderEdits.of(rule.headers());
    edit(route, edits);
    if (rule.redirect() != null) {
      redirect(route, rule.redirect(), scope);
    } else if (rule.directResponse() != null) {
      route.setDirectResponse(direct(rule.directResponse()));
    } else {
      RouteActions.forward(route, rule, edits, scope);
    }
    if (match != null && !match.statPrefix().isEmpty()) {
      route.setStatPrefix(match.statPrefix());
    }
    RouteFilters.apply(route, rule);
    return route.build();
  }

  private static String name(HttpRoute rule, @Nullable HttpMatch match) {
    return match == null || match.name().isEmpty() ? rule.name() : rule.name() + "." + match.name();
  }

  static void edit(Route.Builder route, HeaderEdits edits) {
    route
        .addAllRequestHeadersToAdd(edits.requestAdd())
        .addAllRequestHeadersToRemove(edits.requestRemove())
        .addAllResponseHeadersToAdd(edits.responseAdd())
        .addAllResponseHeadersToRemove(edits.responseRemove());
  }

  private static void redirect(Route.Builder route, Redirect redirect, RouteScope scope) {
    RedirectResponseCode code =
        REDIRECT_CODES.get(
            redirect.redirectCode() == 0 ? MOVED_PERMANENTLY : redirect.redirectCode());
    if (code == null) {
      return;
    }
    RedirectAction.Builder action =
        RedirectAction.newBuilder().setHostRedirect(redirect.authority()).setResponseCode(code);
    if (redirect.prefixRewrite() != null) {
      action.setPrefixRewrite(redirect.prefixRewrite());
    } else {
      action.setPathRedirect(redirect.uri());
    }
    if (!redirect.scheme().isEmpty()) {
      action.setSchemeRedirect(redirect.scheme());
    }
    int port =
        redirect.derivePort() == RedirectPort.FROM_REQUEST_PORT
            ? scope.listenPort()
            : redirect.port();
    String scheme =
        redirect.scheme().isEmpty() ? (scope.tls() ? "https" : "http") : redirect.scheme();
    boolean usual = scheme.equals("http") && port == 80 || scheme.equals("https") && port == 443;
    if (port != 0 && !usual) {
      action.setPortRedirect(port);
    }
    route.setRedirect(action);
  }

  private static DirectResponseAction direct(DirectResponse response) {
    DirectResponseAction.Builder action =
        DirectResponseAction.newBuilder().setStatus(response.status());
    VirtualService.Body body = response.body();
    if (body != null && body.string() != null) {
      action.setBody(DataSource.newBuilder().setInlineString(body.string()));
    } else if (body != null && body.bytes() != null) {
      byte[] bytes = Base64.getDecoder().decode(body.bytes());
      action.setBody(
          DataSource.newBuilder().setInlineBytes(com.google.protobuf.ByteString.copyFrom(bytes)));
    }
    return action.build();
  }
}
