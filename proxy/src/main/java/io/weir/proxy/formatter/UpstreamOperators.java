package io.weir.proxy.formatter;

import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo.UpstreamInfo;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operators about the upstream host and connection. */
final class UpstreamOperators {
  private UpstreamOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    AddressOperators.register(builders, "UPSTREAM_REMOTE_ADDRESS", UpstreamOperators::connected);
    AddressOperators.register(
        builders,
        "UPSTREAM_LOCAL_ADDRESS",
        c -> {
          UpstreamInfo upstream = c.streamInfo().upstream();
          return upstream == null ? null : upstream.localAddress();
        });
    text(builders, "UPSTREAM_HOST", UpstreamOperators::hostText);
    text(builders, "UPSTREAM_HOST_NAME", UpstreamOperators::hostName);
    text(
        builders,
        "UPSTREAM_HOST_NAME_WITHOUT_PORT",
        upstream -> withoutPort(UpstreamOperators.hostName(upstream)));
    text(
        builders,
        "UPSTREAM_REMOTE_ADDRESS_ENDPOINT_ID",
        upstream -> upstream.connectionId() < 0 ? null : "");
    text(builders, "UPSTREAM_DETECTED_CLOSE_TYPE", _ -> "Normal");
    text(builders, "UPSTREAM_LOCAL_CLOSE_REASON", _ -> null);
    text(
        builders,
        "UPSTREAM_PROTOCOL",
        upstream -> {
          Protocol protocol = upstream.protocol();
          return protocol == null ? null : protocol.text();
        });
    text(
        builders,
        "UPSTREAM_TRANSPORT_FAILURE_REASON",
        upstream ->
            upstream.transportFailureReason().isEmpty()
                ? null
                : StreamOperators.underscored(upstream.transportFailureReason()));
    builders.put(
        "UPSTREAM_CONNECTION_ID",
        Operators.plain(
            NumberOperator.of(
                c -> {
                  UpstreamInfo upstream = c.streamInfo().upstream();
                  return upstream == null ? 0 : Math.max(upstream.connectionId(), 0);
                })));
    builders.put(
        "UPSTREAM_REQUEST_ATTEMPT_COUNT",
        Operators.plain(NumberOperator.of(c -> c.streamInfo().attemptCount())));
    var cluster = Operators.plain(TextOperator.of(c -> c.streamInfo().upstreamCluster()));
    builders.put("UPSTREAM_CLUSTER", cluster);
    builders.put("UPSTREAM_CLUSTER_RAW", cluster);
    attempted(builders, "UPSTREAM_HOSTS_ATTEMPTED", UpstreamOperators::hostText);
    attempted(
        builders,
        "UPSTREAM_HOSTS_ATTEMPTED_WITHOUT_PORT",
        upstream -> withoutPort(UpstreamOperators.hostText(upstream)));
    attempted(builders, "UPSTREAM_HOST_NAMES_ATTEMPTED", UpstreamOperators::hostName);
    attempted(
        builders,
        "UPSTREAM_HOST_NAMES_ATTEMPTED_WITHOUT_PORT",
        upstream -> withoutPort(UpstreamOperators.hostName(upstream)));
    attempted(
        builders,
        "UPSTREAM_CONNECTION_IDS_ATTEMPTED",
        upstream -> upstream.connectionId() < 0 ? null : Long.toString(upstream.connectionId()));
  }

  private static void text(
      Map<String, Operators.Builder> builders,
      String name,
      Function<UpstreamInfo, @Nullable String> of) {
    builders.put(
        name,
        Operators.plain(
            TextOperator.of(
                c -> {
                  UpstreamInfo upstream = c.streamInfo().upstream();
                  return upstream == null ? null : of.apply(upstream);
                })));
  }

  /** All attempts that got a connection, first to last, without repetitions. */
  private static void attempted(
      Map<String, Operators.Builder> builders,
      String name,
      Function<UpstreamInfo, @Nullable String> of) {
    builders.put(
        name,
        Operators.plain(
            TextOperator.of(
                c -> {
                  var attempts = new ArrayDeque<UpstreamInfo>();
                  for (UpstreamInfo u = c.streamInfo().upstream();
                      u != null;
                      u = u.previousAttempt()) {
                    attempts.addFirst(u);
                  }
                  var texts = new LinkedHashSet<String>();
                  for (UpstreamInfo attempt : attempts) {
                    String text = attempt.connectionId() < 0 ? null : of.apply(attempt);
                    if (text != null) {
                      texts.add(text);
                    }
                  }
                  return texts.isEmpty() ? null : String.join(",", texts);
                })));
  }

  private static @Nullable SocketAddress connected(FormatContext context) {
    UpstreamInfo upstream = context.streamInfo().upstream();
    return upstream == null || upstream.connectionId() < 0 ? null : upstream.hostAddress();
  }

  private static @Nullable String hostText(UpstreamInfo upstream) {
    SocketAddress address = upstream.hostAddress();
    return address == null ? null : AddressText.text(address);
  }

  private static @Nullable String hostName(UpstreamInfo upstream) {
    return upstream.hostName().isEmpty() ? hostText(upstream) : upstream.hostName();
  }

  private static @Nullable String withoutPort(@Nullable String text) {
    int colon = text == null ? -1 : text.lastIndexOf(':');
    return text == null || colon < 0 || colon < text.lastIndexOf(']')
        ? text
        : text.substring(0, colon);
  }
}
