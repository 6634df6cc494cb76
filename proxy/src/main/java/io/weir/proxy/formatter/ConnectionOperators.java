package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators about the downstream connection. */
final class ConnectionOperators {
  private static final HeaderName ORIGINAL_HOST = HeaderName.of("x-envoy-original-host");
  private static final List<String> HOST_SOURCES = List.of("ORIG", "HOST", "ORIG_OR_HOST");

  private ConnectionOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    AddressOperators.register(
        builders, "DOWNSTREAM_REMOTE_ADDRESS", c -> c.streamInfo().connection().remoteAddress());
    AddressOperators.register(
        builders,
        "DOWNSTREAM_DIRECT_REMOTE_ADDRESS",
        c -> c.streamInfo().connection().directRemoteAddress());
    AddressOperators.register(
        builders, "DOWNSTREAM_LOCAL_ADDRESS", c -> c.streamInfo().connection().localAddress());
    AddressOperators.register(
        builders,
        "DOWNSTREAM_DIRECT_LOCAL_ADDRESS",
        c -> c.streamInfo().connection().directLocalAddress());
    builders.put("DOWNSTREAM_LOCAL_ADDRESS_ENDPOINT_ID", Operators.plain(TextOperator.of(_ -> "")));
    builders.put(
        "DOWNSTREAM_DIRECT_LOCAL_ADDRESS_ENDPOINT_ID", Operators.plain(TextOperator.of(_ -> "")));
    builders.put(
        "CONNECTION_ID", Operators.plain(NumberOperator.of(c -> c.streamInfo().connection().id())));
    builders.put(
        "CONNECTION_TERMINATION_DETAILS",
        Operators.plain(TextOperator.of(c -> c.streamInfo().connection().terminationDetails())));
    builders.put(
        "DOWNSTREAM_TRANSPORT_FAILURE_REASON",
        Operators.plain(
            TextOperator.of(
                c ->
                    StreamOperators.nonEmpty(
                        StreamOperators.underscored(
                            c.streamInfo().connection().transportFailureReason())))));
    builders.put("DOWNSTREAM_DETECTED_CLOSE_TYPE", Operators.plain(TextOperator.of(_ -> "Normal")));
    builders.put(
        "DOWNSTREAM_LOCAL_CLOSE_REASON",
        Operators.plain(
            TextOperator.of(
                c -> StreamOperators.nonEmpty(c.streamInfo().connection().localCloseReason()))));
    builders.put(
        "FILTER_CHAIN_NAME",
        Operators.plain(
            TextOperator.of(
                c -> StreamOperators.nonEmpty(c.streamInfo().connection().filterChainName()))));
    builders.put(
        "LISTENER_NAME",
        Operators.plain(
            TextOperator.of(
                c -> StreamOperators.nonEmpty(c.streamInfo().connection().listenerName()))));
    builders.put("REQUESTED_SERVER_NAME", ConnectionOperators::requestedServerName);
    builders.put("TLS_JA3_FINGERPRINT", fingerprint("weir.tls.ja3"));
    builders.put("TLS_JA4_FINGERPRINT", fingerprint("weir.tls.ja4"));
  }

  /** What the TLS inspector left of the client's hello. */
  private static Operators.Builder fingerprint(String state) {
    return Operators.plain(
        TextOperator.of(
            c ->
                c.streamInfo().connection().filterState().get(state) instanceof String text
                    ? text
                    : null));
  }

  private static @Nullable Operator requestedServerName(
      Command command, FormatOptions options, Problems problems) {
    String argument = command.argument();
    int colon = argument.indexOf(':');
    String order = colon < 0 ? argument : argument.substring(0, colon);
    String source = colon < 0 ? "ORIG_OR_HOST" : argument.substring(colon + 1);
    if (!HOST_SOURCES.contains(source)) {
      return command.invalid(problems, "unknown source of the host", "one of " + HOST_SOURCES);
    }
    return switch (order) {
      case "", "SNI_ONLY" -> TextOperator.of(ConnectionOperators::serverName);
      case "SNI_FIRST" -> TextOperator.of(c -> first(serverName(c), hostName(c, source)));
      case "HOST_FIRST" -> TextOperator.of(c -> first(hostName(c, source), serverName(c)));
      default -> command.invalid(problems, "unknown argument", "SNI_ONLY, SNI_FIRST or HOST_FIRST");
    };
  }

  private static @Nullable String serverName(FormatContext context) {
    String name = context.streamInfo().connection().requestedServerName();
    return name == null || name.isEmpty() ? null : name;
  }

  /** The host that was asked for, or the one that a rewrite put in its place. */
  private static @Nullable String hostName(FormatContext context, String source) {
    HeaderMap headers = context.requestHeaders();
    if (headers == null) {
      return null;
    }
    String authority = source.equals("HOST") ? null : headers.get(ORIGINAL_HOST);
    if (authority == null && !source.equals("ORIG")) {
      authority = headers.get(HeaderName.AUTHORITY);
    }
    if (authority == null || authority.isEmpty()) {
      return null;
    }
    int colon = authority.lastIndexOf(':');
    return (colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority)
        .toLowerCase(Locale.ROOT);
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null ? one : other;
  }
}
