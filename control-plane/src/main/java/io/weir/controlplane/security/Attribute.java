package io.weir.controlplane.security;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.PathMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;

/** Single values of a policy's fields as Envoy's permissions and principals. */
final class Attribute {

  private Attribute() {}

  static Permission host(String value) {
    if (TextPattern.isAnything(value)) {
      return present(":authority");
    }
    StringMatcher matcher = TextPattern.matcher(value).toBuilder().setIgnoreCase(true).build();
    return Permission.newBuilder().setHeader(header(":authority", matcher)).build();
  }

  static Permission method(String value) {
    return TextPattern.isAnything(value)
        ? present(":method")
        : Permission.newBuilder().setHeader(header(":method", TextPattern.matcher(value))).build();
  }

  /** A path, possibly with {@code {*}} for a segment and {@code {**}} for any rest. */
  static Permission path(String value) {
    if (value.contains("{*}") || value.contains("{**}")) {
      UriTemplateMatchConfig template =
          UriTemplateMatchConfig.newBuilder()
              .setPathTemplate(value.replace("{**}", "**").replace("{*}", "*"))
              .build();
      return Permission.newBuilder()
          .setUriTemplate(
              TypedExtensionConfig.newBuilder()
                  .setName("uri-template")
                  .setTypedConfig(com.google.protobuf.Any.pack(template)))
          .build();
    }
    return Permission.newBuilder()
        .setUrlPath(PathMatcher.newBuilder().setPath(TextPattern.matcher(value)))
        .build();
  }

  static Permission port(String value) {
    return Permission.newBuilder().setDestinationPort(Integer.parseInt(value)).build();
  }

  static Permission destinationIp(String value) {
    return Permission.newBuilder().setDestinationIp(cidr(value)).build();
  }

  static Permission serverName(String value) {
    return Permission.newBuilder().setRequestedServerName(TextPattern.matcher(value)).build();
  }

  private static Permission present(String header) {
    return Permission.newBuilder()
        .setHeader(HeaderMatcher.newBuilder().setName(header).setPresentMatch(true))
        .build();
  }

  private static HeaderMatcher header(String name, StringMatcher matcher) {
    return HeaderMatcher.newBuilder().setName(name).setStringMatch(matcher).build();
  }

  static Principal requestHeader(String name, String value) {
    return Principal.newBuilder()
        .setHeader(
            TextPattern.isAnything(value)
                ? HeaderMatcher.newBuilder().setName(name).setPresentMatch(true).build()
                : header(name, TextPattern.matcher(value)))
        .build();
  }

  static Principal authenticated(StringMatcher name) {
    return Principal.newBuilder()
        .setAuthenticated(Principal.Authenticated.newBuilder().setPrincipalName(name))
        .build();
  }

  static Principal principal(String value) {
    return authenticated(TextPattern.matcher(value, "spiffe://"));
  }

  static Principal namespace(String value) {
    return authenticated(TextPattern.regex(".*/ns/" + TextPattern.quote(value, ".*") + "/.*"));
  }

  /**
   * A service account.
   *
   * @param value {@code namespace/name}, or a name in the policy's own namespace
   */
  static Principal serviceAccount(String value, String ownNamespace) {
    int slash = value.indexOf('/');
    String namespace = slash < 0 ? ownNamespace : value.substring(0, slash);
    String name = value.substring(slash + 1);
    return authenticated(
        TextPattern.regex(
            "spiffe://.+/ns/"
                + TextPattern.quote(namespace)
                + "/(.+/|)sa/"
                + TextPattern.quote(name)
                + "(/.+)?"));
  }

  static Principal trustDomain(String value) {
    if (TextPattern.isAnything(value)) {
      return authenticated(StringMatcher.newBuilder().setPrefix("spiffe://").build());
    }
    return authenticated(
        value.contains("*")
            ? TextPattern.regex("spiffe://" + TextPattern.quote(value, "[^/]*") + "/.*")
            : StringMatcher.newBuilder().setPrefix("spiffe://" + value + "/").build());
  }

  static Principal peerIp(String value) {
    return Principal.newBuilder().setDirectRemoteIp(cidr(value)).build();
  }

  static Principal remoteIp(String value) {
    return Principal.newBuilder().setRemoteIp(cidr(value)).build();
  }

  private static CidrRange cidr(String value) {
    int slash = value.indexOf('/');
    String address = slash < 0 ? value : value.substring(0, slash);
    int length =
        slash < 0
            ? (address.contains(":") ? 128 : 32)
            : Integer.parseInt(value.substring(slash + 1));
    return CidrRange.newBuilder()
        .setAddressPrefix(address)
        .setPrefixLen(com.google.protobuf.UInt32Value.of(length))
        .build();
  }
}
