package io.weir.controlplane.validate;

import io.weir.controlplane.config.Destination;
import io.weir.controlplane.config.RetryConditions;
import io.weir.controlplane.config.VirtualService;
import io.weir.controlplane.config.VirtualService.Abort;
import io.weir.controlplane.config.VirtualService.CorsPolicy;
import io.weir.controlplane.config.VirtualService.Delay;
import io.weir.controlplane.config.VirtualService.DirectResponse;
import io.weir.controlplane.config.VirtualService.HeaderOperations;
import io.weir.controlplane.config.VirtualService.HeaderRules;
import io.weir.controlplane.config.VirtualService.HttpDestination;
import io.weir.controlplane.config.VirtualService.HttpMatch;
import io.weir.controlplane.config.VirtualService.HttpRoute;
import io.weir.controlplane.config.VirtualService.Redirect;
import io.weir.controlplane.config.VirtualService.Retries;
import io.weir.controlplane.config.VirtualService.Rewrite;
import io.weir.controlplane.config.VirtualService.RouteDestination;
import io.weir.controlplane.config.VirtualService.TlsMatch;
import io.weir.controlplane.config.VirtualService.TlsRoute;
import io.weir.controlplane.registry.Hostname;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about VirtualServices. */
final class RoutingRules {

  private static final Set<Integer> REDIRECT_CODES = Set.of(0, 301, 302, 303, 307, 308);

  private RoutingRules() {}

  static void check(VirtualService spec, Checks checks) {
    boolean delegate = spec.hosts().isEmpty();
    if (delegate && !spec.gateways().isEmpty()) {
      checks.wrong("hosts", "must be set", "only a delegate has no hosts, and it has no gateways");
    }
    for (int i = 0; i < spec.hosts().size(); i++) {
      if (!Checks.isIp(spec.hosts().get(i))) {
        checks.host("hosts[" + i + "]", spec.hosts().get(i));
      }
    }
    if (spec.http().isEmpty() && spec.tls().isEmpty() && spec.tcp().isEmpty()) {
      checks.wrong("http", "there is no rule", "write http, tls or tcp rules");
    }
    for (int i = 0; i < spec.http().size(); i++) {
      http(spec.http().get(i), delegate, checks.at("http[" + i + "]"));
    }
    for (int i = 0; i < spec.tls().size(); i++) {
      tls(spec, spec.tls().get(i), checks.at("tls[" + i + "]"));
    }
    for (int i = 0; i < spec.tcp().size(); i++) {
      Checks rule = checks.at("tcp[" + i + "]");
      destinations(spec.tcp().get(i).route(), rule);
      spec.tcp()
          .get(i)
          .match()
          .forEach(m -> m.destinationSubnets().forEach(s -> rule.ipBlock("match", s)));
    }
  }

  private static void http(HttpRoute route, boolean delegate, Checks checks) {
    int actions =
        (route.route().isEmpty() ? 0 : 1)
            + (route.redirect() == null ? 0 : 1)
            + (route.directResponse() == null ? 0 : 1)
            + (route.delegate() == null ? 0 : 1);
    if (actions != 1) {
      checks.wrong(
          "",
          (actions == 0 ? "does nothing" : "does several things")
              + ": it takes one of route, redirect, directResponse and delegate",
          "");
    }
    if (delegate && route.delegate() != null) {
      checks.wrong("delegate", "a delegate cannot delegate", "only one level is possible");
    }
    for (int i = 0; i < route.match().size(); i++) {
      match(route.match().get(i), checks.at("match[" + i + "]"));
    }
    weights(route.route(), checks);
    if (route.redirect() != null) {
      redirect(route.redirect(), checks.at("redirect"));
    }
    if (route.directResponse() != null) {
      direct(route.directResponse(), checks.at("directResponse"));
    }
    if (route.rewrite() != null) {
      rewrite(route.rewrite(), checks.at("rewrite"));
    }
    checks.duration("timeout", route.timeout());
    if (route.retries() != null) {
      retries(route.retries(), checks.at("retries"));
    }
    if (route.fault() != null) {
      delay(route.fault().delay(), checks.at("fault.delay"));
      abort(route.fault().abort(), checks.at("fault.abort"));
    }
    mirrors(route, checks);
    if (route.corsPolicy() != null) {
      cors(route.corsPolicy(), checks.at("corsPolicy"));
    }
    headers(route.headers(), checks.at("headers"));
  }

  private static void match(HttpMatch match, Checks checks) {
    checks.match("uri", match.uri());
    checks.match("scheme", match.scheme());
    checks.match("method", match.method());
    checks.match("authority", match.authority());
    checks.matches("headers", match.headers());
    checks.matches("withoutHeaders", match.withoutHeaders());
    checks.matches("queryParams", match.queryParams());
    if (match.port() != 0) {
      checks.port("port", match.port());
    }
    if (match.uri() != null && match.ignoreUriCase() && match.uri().regex() != null) {
      checks.warn("ignoreUriCase", "has no effect on regex", "write (?i) into the expression");
    }
  }

  private static void weights(List<HttpDestination> route, Checks checks) {
    int total = 0;
    for (int i = 0; i < route.size(); i++) {
      Checks at = checks.at("route[" + i + "]");
      HttpDestination destination = route.get(i);
      destination(destination.destination(), at.at("destination"));
      headers(destination.headers(), at.at("headers"));
      weight(destination.weight(), at);
      total += destination.weight();
    }
    if (route.size() > 1 && total == 0) {
      checks.wrong("route", "the weights add up to 0", "give weights");
    }
  }

  private static void weight(int weight, Checks checks) {
    if (weight < 0) {
      checks.wrong("weight", "must not be negative", "");
    }
  }

  private static void destination(Destination destination, Checks checks) {
    if (destination.host().equals("*")) {
      checks.wrong("host", "must be one host", "");
    } else {
      checks.host("host", destination.host());
    }
    if (destination.port() != null) {
      checks.port("port.number", destination.port().number());
    }
  }

  private static void redirect(Redirect redirect, Checks checks) {
    if (!REDIRECT_CODES.contains(redirect.redirectCode())) {
      checks.wrong(
          "redirectCode",
          "must be one of 301, 302, 303, 307 and 308, not " + redirect.redirectCode(),
          "");
    }
    if (redirect.port() != 0) {
      checks.port("port", redirect.port());
      if (redirect.derivePort() != null) {
        checks.wrong("derivePort", "excludes port", "keep one");
      }
    }
    if (!redirect.scheme().isEmpty() && !Set.of("http", "https").contains(redirect.scheme())) {
      checks.wrong("scheme", "must be http or https", "");
    }
  }

  private static void direct(DirectResponse response, Checks checks) {
    if (response.status() < 200 || response.status() > 599) {
      checks.wrong("status", "must be between 200 and 599, not " + response.status(), "");
    }
    VirtualService.Body body = response.body();
    if (body == null) {
      return;
    }
    if (body.string() != null && body.bytes() != null) {
      checks.wrong("body", "takes one of string and bytes", "");
    }
    if (body.bytes() != null) {
      try {
        var _ = Base64.getDecoder().decode(body.bytes());
      } catch (IllegalArgumentException e) {
        checks.wrong("body.bytes", "is not base64", "");
      }
    }
  }

  private static void rewrite(Rewrite rewrite, Checks checks) {
    if (rewrite.uri().isEmpty()
        && rewrite.authority().isEmpty()
        && rewrite.uriRegexRewrite() == null) {
      checks.wrong("", "rewrites nothing", "set uri, uriRegexRewrite or authority");
    }
    if (rewrite.uriRegexRewrite() != null) {
      checks.regex("uriRegexRewrite.match", rewrite.uriRegexRewrite().match());
      if (!rewrite.uri().isEmpty()) {
        checks.wrong("uriRegexRewrite", "excludes uri", "keep one");
      }
    }
  }

  private static void retries(Retries retries, Checks checks) {
    if (retries.attempts() < 0) {
      checks.wrong("attempts", "must not be negative", "0 means no retries");
    }
    checks.duration("perTryTimeout", retries.perTryTimeout());
    checks.duration("backoff", retries.backoff());
    for (String unknown : RetryConditions.parse(retries.retryOn()).unknown()) {
      checks.wrong(
          "retryOn", unknown + " is no condition of a retry", "for instance 5xx, reset or 503");
    }
    if (retries.attempts() == 0
        && (!retries.retryOn().isEmpty() || retries.perTryTimeout() != null)) {
      checks.wrong("attempts", "must be set with retryOn or perTryTimeout", "");
    }
  }

  private static void delay(@Nullable Delay delay, Checks checks) {
    if (delay == null) {
      return;
    }
    if (delay.exponentialDelay() != null) {
      checks.wrong("exponentialDelay", "is not supported", "use fixedDelay");
    } else if (delay.fixedDelay() == null) {
      checks.wrong("fixedDelay", "must be set", "");
    }
    checks.duration("fixedDelay", delay.fixedDelay());
    checks.percent("percentage", delay.percentage());
    checks.percent("percent", delay.percent());
  }

  private static void abort(@Nullable Abort abort, Checks checks) {
    if (abort == null) {
      return;
    }
    checks.percent("percentage", abort.percentage());
    Integer status = abort.httpStatus();
    if (status != null && (status < 200 || status > 600)) {
      checks.wrong("httpStatus", "must be between 200 and 600, not " + status, "");
    }
    if (abort.http2Error() != null) {
      checks.wrong("http2Error", "is not supported", "use httpStatus or grpcStatus");
    } else if (status == null && abort.grpcStatus() == null) {
      checks.wrong("httpStatus", "must be set", "or grpcStatus");
    }
    if (abort.percentage() == null) {
      checks.warn("percentage", "is not set: nothing is aborted", "set it to {value: 100}");
    }
  }

  private static void mirrors(HttpRoute route, Checks checks) {
    if (route.mirror() != null) {
      destination(route.mirror(), checks.at("mirror"));
      if (!route.mirrors().isEmpty()) {
        checks.wrong("mirrors", "excludes mirror", "keep one");
      }
    }
    checks.percent("mirrorPercentage", route.mirrorPercentage());
    Integer percent = route.mirrorPercent();
    if (percent != null) {
      checks.percent("mirrorPercent", percent);
    }
    for (int i = 0; i < route.mirrors().size(); i++) {
      Checks at = checks.at("mirrors[" + i + "]");
      destination(route.mirrors().get(i).destination(), at.at("destination"));
      at.percent("percentage", route.mirrors().get(i).percentage());
    }
  }

  private static void cors(CorsPolicy cors, Checks checks) {
    for (int i = 0; i < cors.allowOrigins().size(); i++) {
      checks.match("allowOrigins[" + i + "]", cors.allowOrigins().get(i));
    }
    if (cors.maxAge() != null && cors.maxAge().getNano() != 0) {
      checks.wrong("maxAge", "must be whole seconds", "");
    }
  }

  private static void headers(@Nullable HeaderRules rules, Checks checks) {
    if (rules != null) {
      headers(rules.request(), checks.at("request"), true);
      headers(rules.response(), checks.at("response"), false);
    }
  }

  private static void headers(
      @Nullable HeaderOperations operations, Checks checks, boolean request) {
    if (operations == null) {
      return;
    }
    for (Map.Entry<String, Map<String, String>> group :
        Map.of("set", operations.set(), "add", operations.add()).entrySet()) {
      for (String name : group.getValue().keySet()) {
        boolean authority = request && name.equals(":authority");
        if (name.isEmpty() || name.startsWith(":") && !authority) {
          checks.wrong(
              group.getKey() + "[" + name + "]",
              "cannot be changed as a header",
              "use rewrite for path and authority");
        }
      }
    }
    for (int i = 0; i < operations.remove().size(); i++) {
      String name = operations.remove().get(i);
      if (name.isEmpty() || name.startsWith(":")) {
        checks.wrong("remove[" + i + "]", "\"" + name + "\" cannot be removed", "");
      }
    }
  }

  private static void tls(VirtualService spec, TlsRoute route, Checks checks) {
    if (route.match().isEmpty()) {
      checks.wrong("match", "must be set", "TLS rules match by sniHosts");
    }
    for (int i = 0; i < route.match().size(); i++) {
      TlsMatch match = route.match().get(i);
      Checks at = checks.at("match[" + i + "]");
      if (match.sniHosts().isEmpty()) {
        at.wrong("sniHosts", "must be set", "");
      }
      for (String sni : match.sniHosts()) {
        if (spec.hosts().stream().noneMatch(host -> Hostname.covers(host, sni))) {
          at.wrong("sniHosts", sni + " is not covered by hosts", "add it to hosts");
        }
      }
      match.destinationSubnets().forEach(subnet -> at.ipBlock("destinationSubnets", subnet));
    }
    destinations(route.route(), checks);
  }

  private static void destinations(List<RouteDestination> route, Checks checks) {
    if (route.isEmpty()) {
      checks.wrong("route", "must be set", "");
    }
    int total = 0;
    for (int i = 0; i < route.size(); i++) {
      Checks at = checks.at("route[" + i + "]");
      destination(route.get(i).destination(), at.at("destination"));
      weight(route.get(i).weight(), at);
      total += route.get(i).weight();
    }
    if (route.size() > 1 && total == 0) {
      checks.wrong("route", "the weights add up to 0", "give weights");
    }
  }
}
