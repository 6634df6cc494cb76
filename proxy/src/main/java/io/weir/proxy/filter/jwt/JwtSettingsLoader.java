package io.weir.proxy.filter.jwt;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtClaimToHeader;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtProvider;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.JwtRequirement;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RemoteJwks;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.RequirementRule;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.StringMatcher;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles {@code JwtAuthentication}. */
final class JwtSettingsLoader {
  private static final long DEFAULT_CACHE_MILLIS = 600_000;
  private static final long DEFAULT_SKEW_SECONDS = 60;
  private static final int DEFAULT_TOKENS = 100;
  private static final int DEFAULT_TOKEN_BYTES = 4096;
  private static final List<TokenLocation> DEFAULT_LOCATIONS =
      List.of(
          new TokenLocation.InHeader(HeaderName.AUTHORIZATION, "Bearer "),
          new TokenLocation.InQuery("access_token"));

  private final FactoryContext context;
  private final String statPrefix;
  private final Map<String, Provider> providers = new LinkedHashMap<>();
  private final List<RemoteKeys> prefetched = new ArrayList<>();

  private JwtSettingsLoader(FactoryContext context, String statPrefix) {
    this.context = context;
    this.statPrefix = statPrefix;
  }

  /** Null when problems were reported. */
  static @Nullable JwtSettings load(JwtAuthentication message, FactoryContext context) {
    String extra = message.getStatPrefix().isEmpty() ? "" : message.getStatPrefix() + ".";
    var loader = new JwtSettingsLoader(context, context.statPrefix() + "jwt_authn." + extra);
    int before = context.problems().count();
    JwtSettings settings = loader.load(message);
    return context.problems().count() > before ? null : settings;
  }

  private JwtSettings load(JwtAuthentication message) {
    Problems problems = context.problems();
    message
        .getProvidersMap()
        .forEach(
            (name, provider) -> {
              Provider loaded =
                  provider(name, provider, problems.at("providers[\"" + name + "\"]"));
              if (loaded != null) {
                providers.put(name, loaded);
              }
            });
    Map<String, Requirement> named =
        requirements(message.getRequirementMapMap(), "requirement_map");
    List<JwtSettings.Rule> rules = new ArrayList<>(message.getRulesCount());
    for (int i = 0; i < message.getRulesCount(); i++) {
      JwtSettings.Rule rule = rule(message.getRules(i), named, problems.at("rules[" + i + "]"));
      if (rule != null) {
        rules.add(rule);
      }
    }
    Set<HeaderName> set = new HashSet<>();
    for (Provider provider : providers.values()) {
      provider.claimHeaders().forEach(claim -> set.add(claim.header()));
      if (provider.forwardPayload() != null) {
        set.add(provider.forwardPayload());
      }
    }
    return new JwtSettings(
        List.copyOf(rules),
        message.getFilterStateRules().getName(),
        requirements(message.getFilterStateRules().getRequiresMap(), "filter_state_rules.requires"),
        named,
        message.getBypassCorsPreflight(),
        message.getStripFailureResponse(),
        List.copyOf(set),
        List.copyOf(prefetched),
        statPrefix);
  }

  private Map<String, Requirement> requirements(Map<String, JwtRequirement> map, String path) {
    Map<String, Requirement> loaded = new HashMap<>();
    map.forEach(
        (name, requirement) ->
            loaded.put(
                name,
                requirement(requirement, context.problems().at(path + "[\"" + name + "\"]"))));
    return loaded;
  }

  private JwtSettings.@Nullable Rule rule(
      RequirementRule rule, Map<String, Requirement> named, Problems problems) {
    RequestMatch match = RequestMatch.load(rule.getMatch(), problems.at("match"));
    Requirement requirement =
        switch (rule.getRequirementTypeCase()) {
          case REQUIRES -> requirement(rule.getRequires(), problems.at("requires"));
          case REQUIREMENT_NAME -> {
            Requirement known = named.get(rule.getRequirementName());
            if (known == null) {
              problems.add(
                  "requirement_name",
                  rule.getRequirementName() + " is not in requirement_map",
                  "known: " + String.join(", ", named.keySet()));
            }
            yield known;
          }
          case REQUIREMENTTYPE_NOT_SET -> new Requirement.Nothing();
        };
    return match == null || requirement == null ? null : new JwtSettings.Rule(match, requirement);
  }

  private Requirement requirement(JwtRequirement requirement, Problems problems) {
    return switch (requirement.getRequiresTypeCase()) {
      case PROVIDER_NAME ->
          ofProvider(requirement.getProviderName(), Set.of(), problems.at("provider_name"));
      case PROVIDER_AND_AUDIENCES -> {
        var both = requirement.getProviderAndAudiences();
        Set<String> audiences = new HashSet<>();
        both.getAudiencesList().forEach(audience -> audiences.add(Provider.plain(audience)));
        yield ofProvider(
            both.getProviderName(), audiences, problems.at("provider_and_audiences.provider_name"));
      }
      case REQUIRES_ANY ->
          new Requirement.Any(
              list(
                  requirement.getRequiresAny().getRequirementsList(), problems.at("requires_any")));
      case REQUIRES_ALL ->
          new Requirement.All(
              list(
                  requirement.getRequiresAll().getRequirementsList(), problems.at("requires_all")));
      case ALLOW_MISSING -> new Requirement.AllowMissing(List.copyOf(providers.values()));
      case ALLOW_MISSING_OR_FAILED ->
          new Requirement.AllowMissingOrFailed(List.copyOf(providers.values()));
      case REQUIRESTYPE_NOT_SET -> extractOnly(requirement);
    };
  }

  private Requirement extractOnly(JwtRequirement requirement) {
    Object newer = context.field(requirement, "extract_only_without_validation");
    if (!(newer instanceof Message extract)) {
      return new Requirement.Nothing();
    }
    Object header =
        extract.getField(
            extract.getDescriptorForType().findFieldByName("verification_status_header"));
    return new Requirement.ExtractOnly(List.copyOf(providers.values()), (String) header);
  }

  private List<Requirement> list(List<JwtRequirement> requirements, Problems problems) {
    List<Requirement> loaded = new ArrayList<>(requirements.size());
    for (int i = 0; i < requirements.size(); i++) {
      loaded.add(requirement(requirements.get(i), problems.at("requirements[" + i + "]")));
    }
    return List.copyOf(loaded);
  }

  private Requirement ofProvider(String name, Set<String> audiences, Problems problems) {
    Provider provider = providers.get(name);
    if (provider == null) {
      problems.add(
          "", name + " is not in providers", "known: " + String.join(", ", providers.keySet()));
      return new Requirement.Nothing();
    }
    return new Requirement.OfProvider(provider, audiences);
  }

  // ---- providers

  private @Nullable Provider provider(String name, JwtProvider config, Problems problems) {
    KeySource keys =
        config.hasRemoteJwks()
            ? remote(config.getRemoteJwks(), problems.at("remote_jwks"))
            : local(config, name, problems);
    StringMatcher subjects =
        config.hasSubjects()
            ? StringMatcher.load(config.getSubjects(), problems.at("subjects"))
            : null;
    if (keys == null) {
      return null;
    }
    Set<String> audiences = new HashSet<>();
    config.getAudiencesList().forEach(audience -> audiences.add(Provider.plain(audience)));
    int tokens = config.getJwtCacheConfig().getJwtCacheSize();
    int tokenBytes = config.getJwtCacheConfig().getJwtMaxTokenSize();
    return new Provider(
        name,
        config.getIssuer(),
        audiences,
        subjects,
        config.getRequireExpiration(),
        config.hasMaxLifetime() ? config.getMaxLifetime().getSeconds() : -1,
        config.getClockSkewSeconds() == 0 ? DEFAULT_SKEW_SECONDS : config.getClockSkewSeconds(),
        keys,
        config.getForward(),
        locations(config),
        config.getForwardPayloadHeader().isEmpty()
            ? null
            : HeaderName.of(config.getForwardPayloadHeader()),
        config.getPadForwardPayloadHeader(),
        config.getPayloadInMetadata(),
        config.getNormalizePayloadInMetadata().getSpaceDelimitedClaimsList(),
        config.getHeaderInMetadata(),
        config.getFailedStatusInMetadata(),
        config.getClaimToHeadersList().stream().map(this::claim).toList(),
        config.getClearRouteCache(),
        config.hasJwtCacheConfig() ? tokens == 0 ? DEFAULT_TOKENS : tokens : 0,
        tokenBytes == 0 ? DEFAULT_TOKEN_BYTES : tokenBytes);
  }

  private Provider.ClaimHeader claim(JwtClaimToHeader config) {
    List<String> path = List.of(config.getClaimName().split("\\."));
    if (context.field(config, "claim_path") instanceof List<?> segments && !segments.isEmpty()) {
      path = new ArrayList<>();
      for (Object segment : segments) {
        Message message = (Message) segment;
        path.add((String) message.getField(message.getDescriptorForType().findFieldByName("key")));
      }
    }
    return new Provider.ClaimHeader(HeaderName.of(config.getHeaderName()), List.copyOf(path));
  }

  private static List<TokenLocation> locations(JwtProvider config) {
    List<TokenLocation> locations = new ArrayList<>();
    config
        .getFromHeadersList()
        .forEach(
            header ->
                locations.add(
                    new TokenLocation.InHeader(
                        HeaderName.of(header.getName()), header.getValuePrefix())));
    config.getFromParamsList().forEach(name -> locations.add(new TokenLocation.InQuery(name)));
    config.getFromCookiesList().forEach(name -> locations.add(new TokenLocation.InCookie(name)));
    return locations.isEmpty() ? DEFAULT_LOCATIONS : List.copyOf(locations);
  }

  private @Nullable KeySource local(JwtProvider config, String name, Problems problems) {
    byte[] bytes = context.read(config.getLocalJwks(), "providers[\"" + name + "\"].local_jwks");
    if (bytes == null) {
      return null;
    }
    try {
      return new KeySource.Local(JsonWebKeys.parse(new String(bytes, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      problems.add("local_jwks", String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable KeySource remote(RemoteJwks config, Problems problems) {
    try {
      var keys =
          new RemoteKeys(
              new URI(config.getHttpUri().getUri()),
              config.getHttpUri().getCluster(),
              millis(config.getHttpUri().getTimeout()),
              config.hasCacheDuration() ? millis(config.getCacheDuration()) : DEFAULT_CACHE_MILLIS,
              config.getRetryPolicy().getNumRetries().getValue(),
              statPrefix);
      if (config.hasAsyncFetch()) {
        prefetched.add(keys);
      }
      return keys;
    } catch (URISyntaxException e) {
      problems.add("http_uri.uri", "is no URI: " + e.getMessage());
      return null;
    }
  }

  private static long millis(Duration duration) {
    return duration.getSeconds() * 1000 + duration.getNanos() / 1_000_000;
  }
}
