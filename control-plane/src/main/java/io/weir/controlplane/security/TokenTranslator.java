package io.weir.controlplane.security;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Empty;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementAndList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirementOrList;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.RequestAuthentication;
import io.weir.controlplane.config.RequestAuthentication.JwtRule;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** RequestAuthentications of a proxy as one JWT filter: a token may be missing, not wrong. */
public final class TokenTranslator {

  private static final long FETCH_SECONDS = 5;
  private static final long CACHE_SECONDS = 300;

  private TokenTranslator() {}

  public static List<HttpFilter> http(List<Config<RequestAuthentication>> policies) {
    List<JwtRule> rules = new ArrayList<>();
    policies.forEach(config -> rules.addAll(config.spec().jwtRules()));
    if (rules.isEmpty()) {
      return List.of();
    }
    rules.sort(Comparator.comparing(JwtRule::issuer));
    JwtAuthentication.Builder filter = JwtAuthentication.newBuilder().setBypassCorsPreflight(true);
    List<String> names = new ArrayList<>();
    for (JwtRule rule : rules) {
      String name = "origins-" + names.size();
      names.add(name);
      filter.putProviders(name, provider(rule));
    }
    filter.addRules(
        RequirementRule.newBuilder()
            .setMatch(RouteMatch.newBuilder().setPrefix("/"))
            .setRequires(requirement(names)));
    return List.of(
        HttpFilter.newBuilder()
            .setName(TokenClaims.FILTER)
            .setTypedConfig(Any.pack(filter.build()))
            .build());
  }

  private static JwtProvider provider(JwtRule rule) {
    JwtProvider.Builder provider =
        JwtProvider.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .setForward(rule.forwardOriginalToken())
            .setForwardPayloadHeader(rule.outputPayloadToHeader())
            .addAllFromParams(rule.fromParams())
            .addAllFromCookies(rule.fromCookies())
            .setPayloadInMetadata(TokenClaims.PAYLOAD);
    TreeSet<String> lists = new TreeSet<>(rule.spaceDelimitedClaims());
    lists.add("permission");
    lists.add("scope");
    provider.setNormalizePayloadInMetadata(
        JwtProvider.NormalizePayload.newBuilder().addAllSpaceDelimitedClaims(lists));
    rule.fromHeaders()
        .forEach(
            header ->
                provider.addFromHeaders(
                    JwtHeader.newBuilder().setName(header.name()).setValuePrefix(header.prefix())));
    rule.outputClaimToHeaders()
        .forEach(
            claim ->
                provider.addClaimToHeaders(
                    JwtClaimToHeader.newBuilder()
                        .setHeaderName(claim.header())
                        .setClaimName(claim.claim())));
    if (!rule.jwks().isEmpty()) {
      provider.setLocalJwks(DataSource.newBuilder().setInlineString(rule.jwks()));
    } else if (!rule.jwksUri().isEmpty()) {
      provider.setRemoteJwks(remote(rule));
    }
    return provider.build();
  }

  private static RemoteJwks remote(JwtRule rule) {
    java.time.Duration timeout = rule.timeout();
    URI uri = URI.create(rule.jwksUri());
    int port = uri.getPort() > 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
    return RemoteJwks.newBuilder()
        .setHttpUri(
            HttpUri.newBuilder()
                .setUri(rule.jwksUri())
                .setCluster("outbound|" + port + "||" + uri.getHost())
                .setTimeout(seconds(timeout == null ? FETCH_SECONDS : timeout.toSeconds())))
        .setCacheDuration(seconds(CACHE_SECONDS))
        .build();
  }

  private static Duration seconds(long seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  /** One issuer: its token, or none. Several: any of them, or each valid or missing. */
  private static JwtRequirement requirement(List<String> names) {
    if (names.size() == 1) {
      return any(List.of(provider(names.getFirst()), missing()));
    }
    List<JwtRequirement> options = new ArrayList<>();
    JwtRequirementAndList.Builder all = JwtRequirementAndList.newBuilder();
    for (String name : names) {
      options.add(provider(name));
      all.addRequirements(any(List.of(provider(name), missing())));
    }
    options.add(JwtRequirement.newBuilder().setRequiresAll(all).build());
    return any(options);
  }

  private static JwtRequirement any(List<JwtRequirement> options) {
    return JwtRequirement.newBuilder()
        .setRequiresAny(JwtRequirementOrList.newBuilder().addAllRequirements(options))
        .build();
  }

  private static JwtRequirement provider(String name) {
    return JwtRequirement.newBuilder().setProviderName(name).build();
  }

  private static JwtRequirement missing() {
    return JwtRequirement.newBuilder().setAllowMissing(Empty.getDefaultInstance()).build();
  }
}
