package io.weir.proxy.formatter;

import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Operators about the stream as a whole. */
final class StreamOperators {
  private StreamOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    builders.put("PROTOCOL", Operators.plain(TextOperator.of(StreamOperators::protocol)));
    builders.put(
        "RESPONSE_CODE", Operators.plain(NumberOperator.of(c -> c.streamInfo().responseCode())));
    builders.put("RESPONSE_CODE_DETAILS", StreamOperators::responseCodeDetails);
    builders.put("RESPONSE_FLAGS", Operators.plain(new ResponseFlagOperator(false)));
    builders.put("RESPONSE_FLAGS_LONG", Operators.plain(new ResponseFlagOperator(true)));
    builders.put(
        "BYTES_RECEIVED", Operators.plain(NumberOperator.of(c -> c.streamInfo().bytesReceived())));
    builders.put("BYTES_SENT", Operators.plain(NumberOperator.of(c -> c.streamInfo().bytesSent())));
    builders.put(
        "REQUEST_HEADERS_BYTES", Operators.plain(NumberOperator.of(c -> size(c.requestHeaders()))));
    builders.put(
        "RESPONSE_HEADERS_BYTES",
        Operators.plain(NumberOperator.of(c -> size(c.responseHeaders()))));
    builders.put(
        "RESPONSE_TRAILERS_BYTES",
        Operators.plain(NumberOperator.of(c -> size(c.responseTrailers()))));
    builders.put(
        "ROUTE_NAME", Operators.plain(TextOperator.of(c -> nonEmpty(c.streamInfo().routeName()))));
    builders.put(
        "VIRTUAL_CLUSTER_NAME",
        Operators.plain(TextOperator.of(c -> nonEmpty(c.streamInfo().virtualClusterName()))));
    builders.put("LOCAL_REPLY_BODY", Operators.plain(TextOperator.of(c -> c.localReplyBody())));
    builders.put(
        "ACCESS_LOG_TYPE", Operators.plain(TextOperator.of(c -> c.accessLogType().name())));
    builders.put("CUSTOM_FLAGS", Operators.plain(TextOperator.of(_ -> "")));
    builders.put("STREAM_ID", Operators.plain(TextOperator.of(c -> c.streamInfo().requestId())));
    builders.put("UNIQUE_ID", Operators.plain(TextOperator.of(_ -> UUID.randomUUID().toString())));
    builders.put("TRACE_ID", Operators.plain(TextOperator.of(c -> c.streamInfo().traceId())));
    builders.put("SPAN_ID", Operators.plain(TextOperator.of(c -> c.streamInfo().spanId())));
    builders.put("HOSTNAME", Operators.plain(new Literal(hostName())));
    builders.put("ENVIRONMENT", StreamOperators::environment);
    builders.put("GRPC_STATUS", GrpcStatusOperator::build);
    builders.put(
        "GRPC_STATUS_NUMBER",
        Operators.plain(new GrpcStatusOperator(GrpcStatusOperator.Form.NUMBER)));
    for (String wire :
        new String[] {
          "UPSTREAM_WIRE_BYTES_SENT",
          "UPSTREAM_WIRE_BYTES_RECEIVED",
          "UPSTREAM_HEADER_BYTES_SENT",
          "UPSTREAM_HEADER_BYTES_RECEIVED",
          "UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT",
          "UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED",
          "DOWNSTREAM_WIRE_BYTES_SENT",
          "DOWNSTREAM_WIRE_BYTES_RECEIVED",
          "DOWNSTREAM_HEADER_BYTES_SENT",
          "DOWNSTREAM_HEADER_BYTES_RECEIVED",
          "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT",
          "DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED",
          "BYTES_RETRANSMITTED",
          "PACKETS_RETRANSMITTED"
        }) {
      var counter = StreamInfo.ByteCounter.valueOf(wire);
      builders.put(
          wire, Operators.plain(NumberOperator.of(c -> c.streamInfo().byteCount(counter))));
    }
  }

  static @Nullable String nonEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String protocol(FormatContext context) {
    Protocol protocol = context.streamInfo().protocol();
    return protocol == null ? null : protocol.text();
  }

  private static long size(@Nullable HeaderMap headers) {
    return headers == null ? 0 : headers.byteLength();
  }

  private static @Nullable Operator responseCodeDetails(
      Command command, FormatOptions options, io.weir.filter.Problems problems) {
    boolean allowSpaces = command.argument().equals("ALLOW_WHITESPACES");
    if (!allowSpaces && !command.argument().isEmpty()) {
      return command.invalid(problems, "unknown argument", "the only one is ALLOW_WHITESPACES");
    }
    return TextOperator.of(
        c -> {
          String details = c.streamInfo().responseCodeDetails();
          return details == null || allowSpaces ? details : underscored(details);
        });
  }

  /** White space replaced by underscores. */
  static String underscored(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))) {
        var copy = new StringBuilder(text);
        for (int j = i; j < copy.length(); j++) {
          if (Character.isWhitespace(copy.charAt(j))) {
            copy.setCharAt(j, '_');
          }
        }
        return copy.toString();
      }
    }
    return text;
  }

  private static @Nullable Operator environment(
      Command command, FormatOptions options, io.weir.filter.Problems problems) {
    if (command.argument().isEmpty()) {
      return command.invalid(problems, "needs the name of a variable", "%ENVIRONMENT(HOME)%");
    }
    String value = System.getenv(command.argument());
    return new Literal(value == null ? "-" : value);
  }

  private static String hostName() {
    String fromEnvironment = System.getenv("HOSTNAME");
    if (fromEnvironment != null) {
      return fromEnvironment;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }
}
