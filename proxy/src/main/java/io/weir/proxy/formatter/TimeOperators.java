package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.TimePoint;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators about when things happened and how long they took. */
final class TimeOperators {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private TimeOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    builders.put(
        "START_TIME", (command, _, problems) -> wallTime(command, ZoneOffset.UTC, false, problems));
    builders.put(
        "START_TIME_LOCAL",
        (command, _, problems) -> wallTime(command, ZoneId.systemDefault(), false, problems));
    builders.put(
        "EMIT_TIME", (command, _, problems) -> wallTime(command, ZoneOffset.UTC, true, problems));
    builders.put(
        "EMIT_TIME_LOCAL",
        (command, _, problems) -> wallTime(command, ZoneId.systemDefault(), true, problems));
    builders.put("DURATION", Operators.plain(millis(null, null)));
    builders.put("REQUEST_DURATION", Operators.plain(sinceStart(TimePoint.DOWNSTREAM_RX_END)));
    builders.put("REQUEST_TX_DURATION", Operators.plain(sinceStart(TimePoint.UPSTREAM_TX_END)));
    builders.put("RESPONSE_DURATION", Operators.plain(sinceStart(TimePoint.UPSTREAM_RX_BEGIN)));
    builders.put(
        "RESPONSE_TX_DURATION",
        Operators.plain(millis(TimePoint.UPSTREAM_RX_BEGIN, TimePoint.DOWNSTREAM_TX_END)));
    builders.put(
        "UPSTREAM_CONNECTION_POOL_READY_DURATION",
        Operators.plain(millis(TimePoint.UPSTREAM_POOL_BEGIN, TimePoint.UPSTREAM_POOL_READY)));
    builders.put(
        "ROUNDTRIP_DURATION", Operators.plain(NumberOperator.of(_ -> NumberOperator.NONE)));
    builders.put(
        "DOWNSTREAM_HANDSHAKE_DURATION",
        Operators.plain(NumberOperator.of(_ -> NumberOperator.NONE)));
    builders.put("COMMON_DURATION", TimeOperators::commonDuration);
  }

  private static NumberOperator sinceStart(TimePoint end) {
    return millis(null, end);
  }

  /** Milliseconds between two points; null is the stream's start or end. */
  private static NumberOperator millis(@Nullable TimePoint from, @Nullable TimePoint to) {
    return context -> {
      long begin = from == null ? context.streamInfo().startNanos() : time(context, from);
      long end = to == null ? context.streamInfo().endNanos() : time(context, to);
      return begin == -1 || end == -1 ? NumberOperator.NONE : (end - begin) / NANOS_PER_MILLI;
    };
  }

  private static long time(FormatContext context, TimePoint point) {
    return context.streamInfo().timeOf(point);
  }

  private static @Nullable Operator wallTime(
      Command command, ZoneId zone, boolean emit, Problems problems) {
    String pattern = command.argument();
    TimeFormat format =
        pattern.isEmpty() ? TimeFormat.iso(zone) : TimeFormat.compile(pattern, zone);
    if (format == null) {
      return command.invalid(
          problems, "unknown conversion in the time format", "see strftime(3); %f is a fraction");
    }
    return (context, out) -> {
      StreamInfo info = context.streamInfo();
      long nanos = info.startWallNanos();
      if (emit && info.endNanos() != -1) {
        nanos += info.endNanos() - info.startNanos();
      }
      format.append(nanos, out);
      return true;
    };
  }

  private static @Nullable Operator commonDuration(
      Command command, FormatOptions options, Problems problems) {
    String[] parts = command.argument().split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      return command.invalid(
          problems, "needs two points and a unit", "%COMMON_DURATION(US_RX_BEG:US_RX_END:us)%");
    }
    long unit =
        switch (parts.length == 3 ? parts[2] : "ms") {
          case "ms" -> NANOS_PER_MILLI;
          case "us" -> 1_000;
          case "ns" -> 1;
          default -> -1;
        };
    if (unit < 0) {
      return command.invalid(problems, "unknown unit " + parts[2], "ms, us or ns");
    }
    // A name that is none of these is a point that filters may note; here none does.
    Point from = point(parts[0]);
    Point to = point(parts[1]);
    return NumberOperator.of(
        context -> {
          long begin = from.nanos(context.streamInfo());
          long end = to.nanos(context.streamInfo());
          return begin == -1 || end == -1 || end < begin
              ? NumberOperator.NONE
              : (end - begin) / unit;
        });
  }

  private interface Point {
    long nanos(StreamInfo info);
  }

  private static Point point(String name) {
    TimePoint point =
        switch (name) {
          case "DS_RX_END" -> TimePoint.DOWNSTREAM_RX_END;
          case "US_CX_BEG" -> TimePoint.UPSTREAM_CONNECT_BEGIN;
          case "US_CX_END" -> TimePoint.UPSTREAM_CONNECT_END;
          case "US_HS_END" -> TimePoint.UPSTREAM_HANDSHAKE_END;
          case "US_TX_BEG" -> TimePoint.UPSTREAM_TX_BEGIN;
          case "US_TX_END" -> TimePoint.UPSTREAM_TX_END;
          case "US_RX_BEG" -> TimePoint.UPSTREAM_RX_BEGIN;
          case "US_RX_BODY_BEG" -> TimePoint.UPSTREAM_RX_BODY_BEGIN;
          case "US_RX_END" -> TimePoint.UPSTREAM_RX_END;
          case "DS_TX_BEG" -> TimePoint.DOWNSTREAM_TX_BEGIN;
          case "DS_TX_END" -> TimePoint.DOWNSTREAM_TX_END;
          default -> null;
        };
    if (point != null) {
      return info -> info.timeOf(point);
    }
    return switch (name) {
      // A stream begins with its headers.
      case "DS_RX_BEG", "DS_RX_HDR_END", "DS_CX_BEG" -> StreamInfo::startNanos;
      case "DS_CX_END" -> StreamInfo::endNanos;
      default -> _ -> -1;
    };
  }
}
