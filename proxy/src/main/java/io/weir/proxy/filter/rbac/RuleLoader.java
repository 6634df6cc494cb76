package io.weir.proxy.filter.rbac;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.rbac.v3.MetadataSource;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.weir.filter.ConnectionInfo;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState;
import io.weir.filter.Problems;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.CertificateText;
import io.weir.proxy.matcher.CidrRanges;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.MetadataMatcher;
import io.weir.proxy.matcher.StringMatcher;
import io.weir.proxy.matcher.tree.MatchContext;
import io.weir.proxy.router.UriTemplate;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compiles permissions and principals; null means that problems were reported. */
final class RuleLoader {
  private static final Rule ALWAYS = _ -> true;
  private static final int URI_TAG = 6;
  private static final int DNS_TAG = 2;

  private final FactoryContext context;

  RuleLoader(FactoryContext context) {
    this.context = context;
  }

  // ---- permissions

  List<Rule> permissions(List<Permission> permissions, Problems problems) {
    List<Rule> rules = new ArrayList<>(permissions.size());
    for (int i = 0; i < permissions.size(); i++) {
      Rule rule = permission(permissions.get(i), problems.at("[" + i + "]"));
      if (rule != null) {
        rules.add(rule);
      }
    }
    return List.copyOf(rules);
  }

  @SuppressWarnings("deprecation")
  private @Nullable Rule permission(Permission permission, Problems problems) {
    return switch (permission.getRuleCase()) {
      case AND_RULES ->
          Rule.all(
              permissions(permission.getAndRules().getRulesList(), problems.at("and_rules.rules")));
      case OR_RULES ->
          Rule.any(
              permissions(permission.getOrRules().getRulesList(), problems.at("or_rules.rules")));
      case NOT_RULE -> not(permission(permission.getNotRule(), problems.at("not_rule")));
      case ANY -> ALWAYS;
      case HEADER -> header(HeaderMatcher.load(permission.getHeader(), problems.at("header")));
      case URL_PATH -> path(permission.getUrlPath(), problems.at("url_path"));
      case DESTINATION_IP ->
          address(
              permission.getDestinationIp(),
              ConnectionInfo::localAddress,
              "destination_ip",
              problems);
      case DESTINATION_PORT -> {
        int port = permission.getDestinationPort();
        yield match -> port(match.connection().localAddress()) == port;
      }
      case DESTINATION_PORT_RANGE -> {
        int start = permission.getDestinationPortRange().getStart();
        int end = permission.getDestinationPortRange().getEnd();
        yield match -> {
          int port = port(match.connection().localAddress());
          return port >= start && port < end;
        };
      }
      case METADATA ->
          dynamicMetadata(MetadataMatcher.load(permission.getMetadata(), problems.at("metadata")));
      case SOURCED_METADATA ->
          sourced(permission.getSourcedMetadata(), problems.at("sourced_metadata"));
      case REQUESTED_SERVER_NAME ->
          serverName(
              StringMatcher.load(
                  permission.getRequestedServerName(), problems.at("requested_server_name")));
      case MATCHER -> upstreamPort(permission.getMatcher().getTypedConfig(), problems);
      case URI_TEMPLATE -> template(permission.getUriTemplate().getTypedConfig(), problems);
      case RULE_NOT_SET -> missing(problems);
    };
  }

  // ---- principals

  List<Rule> principals(List<Principal> principals, Problems problems) {
    List<Rule> rules = new ArrayList<>(principals.size());
    for (int i = 0; i < principals.size(); i++) {
      Rule rule = principal(principals.get(i), problems.at("[" + i + "]"));
      if (rule != null) {
        rules.add(rule);
      }
    }
    return List.copyOf(rules);
  }

  @SuppressWarnings("deprecation")
  private @Nullable Rule principal(Principal principal, Problems problems) {
    return switch (principal.getIdentifierCase()) {
      case AND_IDS ->
          Rule.all(principals(principal.getAndIds().getIdsList(), problems.at("and_ids.ids")));
      case OR_IDS ->
          Rule.any(principals(principal.getOrIds().getIdsList(), problems.at("or_ids.ids")));
      case NOT_ID -> not(principal(principal.getNotId(), problems.at("not_id")));
      case ANY -> ALWAYS;
      case AUTHENTICATED -> authenticated(principal.getAuthenticated(), problems);
      case SOURCE_IP ->
          address(principal.getSourceIp(), ConnectionInfo::remoteAddress, "source_ip", problems);
      case DIRECT_REMOTE_IP ->
          address(
              principal.getDirectRemoteIp(),
              ConnectionInfo::directRemoteAddress,
              "direct_remote_ip",
              problems);
      case REMOTE_IP ->
          address(principal.getRemoteIp(), ConnectionInfo::remoteAddress, "remote_ip", problems);
      case HEADER -> header(HeaderMatcher.load(principal.getHeader(), problems.at("header")));
      case URL_PATH -> path(principal.getUrlPath(), problems.at("url_path"));
      case METADATA ->
          dynamicMetadata(MetadataMatcher.load(principal.getMetadata(), problems.at("metadata")));
      case SOURCED_METADATA ->
          sourced(principal.getSourcedMetadata(), problems.at("sourced_metadata"));
      case FILTER_STATE ->
          filterState(
              principal.getFilterState().getKey(),
              StringMatcher.load(
                  principal.getFilterState().getStringMatch(),
                  problems.at("filter_state.string_match")));
      case CUSTOM -> {
        problems.add("custom", "principals of an extension are not implemented");
        yield null;
      }
      case IDENTIFIER_NOT_SET -> missing(problems);
    };
  }

  private static @Nullable Rule authenticated(
      Principal.Authenticated authenticated, Problems problems) {
    if (!authenticated.hasPrincipalName()) {
      return match -> match.connection().tls() != null;
    }
    StringMatcher name =
        StringMatcher.load(
            authenticated.getPrincipalName(), problems.at("authenticated.principal_name"));
    return name == null ? null : match -> namedBy(match.connection().tls(), name);
  }

  /** Any URI name, any DNS name, or the subject. */
  private static boolean namedBy(@Nullable TlsInfo tls, StringMatcher name) {
    if (tls == null) {
      return false;
    }
    if (tls.peerCertificates().isEmpty()) {
      return name.matches("");
    }
    X509Certificate peer = tls.peerCertificates().getFirst();
    return anyOf(CertificateText.sans(peer, URI_TAG), name)
        || anyOf(CertificateText.sans(peer, DNS_TAG), name)
        || name.matches(peer.getSubjectX500Principal().getName());
  }

  private static boolean anyOf(@Nullable String names, StringMatcher name) {
    if (names != null) {
      for (String one : names.split(",")) {
        if (name.matches(one)) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- shared

  private static @Nullable Rule missing(Problems problems) {
    problems.add("", "no rule is given");
    return null;
  }

  private static @Nullable Rule not(@Nullable Rule rule) {
    return rule == null ? null : Rule.not(rule);
  }

  private static @Nullable Rule header(@Nullable HeaderMatcher matcher) {
    return matcher == null
        ? null
        : match -> match.requestHeaders() != null && matcher.matches(match.requestHeaders());
  }

  /** On the path without query and fragment. */
  private static @Nullable Rule path(PathMatcher path, Problems problems) {
    StringMatcher matcher = StringMatcher.load(path.getPath(), problems.at("path"));
    return matcher == null ? null : path(matcher::matches);
  }

  /** Tests bytes. */
  private interface BytesTest {
    boolean matches(byte[] bytes, int start, int length);
  }

  private static Rule path(BytesTest matcher) {
    return match -> {
      HeaderMap headers = match.requestHeaders();
      int entry = headers == null ? -1 : headers.find(HeaderName.PATH);
      if (headers == null || entry < 0) {
        return false;
      }
      byte[] bytes = headers.bytes();
      int start = headers.valueStart(entry);
      int end = start;
      int limit = start + headers.valueLength(entry);
      while (end < limit && bytes[end] != '?' && bytes[end] != '#') {
        end++;
      }
      return matcher.matches(bytes, start, end - start);
    };
  }

  private static @Nullable Rule address(
      CidrRange range,
      Function<ConnectionInfo, SocketAddress> which,
      String path,
      Problems problems) {
    int before = problems.count();
    CidrRanges ranges = CidrRanges.load(List.of(range), path, problems);
    return problems.count() > before
        ? null
        : match ->
            which.apply(match.connection()) instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && ranges.contains(inet.getAddress());
  }

  private static int port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
  }

  private static @Nullable Rule dynamicMetadata(@Nullable MetadataMatcher matcher) {
    return matcher == null
        ? null
        : match -> {
          StreamInfo stream = match.streamInfo();
          return matcher.matches(
              stream == null ? match.connection().dynamicMetadata() : stream.dynamicMetadata());
        };
  }

  private static @Nullable Rule sourced(SourcedMetadata metadata, Problems problems) {
    MetadataMatcher matcher =
        MetadataMatcher.load(metadata.getMetadataMatcher(), problems.at("metadata_matcher"));
    if (matcher == null || metadata.getMetadataSource() != MetadataSource.ROUTE) {
      return dynamicMetadata(matcher);
    }
    return match ->
        match.streamInfo() != null && matcher.matches(match.streamInfo().routeMetadata());
  }

  private static @Nullable Rule serverName(@Nullable StringMatcher matcher) {
    return matcher == null
        ? null
        : match -> {
          String name = match.connection().requestedServerName();
          return matcher.matches(name == null ? "" : name);
        };
  }

  private static @Nullable Rule filterState(String key, @Nullable StringMatcher matcher) {
    return matcher == null
        ? null
        : match -> {
          StreamInfo stream = match.streamInfo();
          FilterState state =
              stream == null ? match.connection().filterState() : stream.filterState();
          String text =
              state.get(key) instanceof FilterState.Serializable object
                  ? object.serializeAsString()
                  : null;
          return text != null && matcher.matches(text);
        };
  }

  private @Nullable Rule template(Any config, Problems problems) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    UriTemplate template =
        UriTemplate.compile(message.getPathTemplate(), problems.at("uri_template"));
    return template == null ? null : path(template::matches);
  }

  private @Nullable Rule upstreamPort(Any config, Problems problems) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = problems.count();
    CidrRanges ranges =
        message.hasUpstreamIp()
            ? CidrRanges.load(List.of(message.getUpstreamIp()), "matcher.upstream_ip", problems)
            : null;
    long start = message.hasUpstreamPortRange() ? message.getUpstreamPortRange().getStart() : -1;
    long end = message.getUpstreamPortRange().getEnd();
    return problems.count() > before ? null : match -> upstream(match, ranges, start, end);
  }

  private static boolean upstream(
      MatchContext match, @Nullable CidrRanges ranges, long start, long end) {
    StreamInfo.UpstreamInfo upstream =
        match.streamInfo() == null ? null : match.streamInfo().upstream();
    if (upstream == null
        || !(upstream.hostAddress() instanceof InetSocketAddress inet)
        || inet.getAddress() == null) {
      return false;
    }
    return (ranges == null || ranges.contains(inet.getAddress()))
        && (start < 0 || inet.getPort() >= start && inet.getPort() < end);
  }
}
