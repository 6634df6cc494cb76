package io.weir.proxy.tracing;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Trace contexts in headers: B3, several headers or one, and W3C. */
final class TraceHeaders {
  private static final HeaderName B3 = HeaderName.of("b3");
  private static final HeaderName TRACE_ID = HeaderName.of("x-b3-traceid");
  private static final HeaderName SPAN_ID = HeaderName.of("x-b3-spanid");
  private static final HeaderName PARENT_ID = HeaderName.of("x-b3-parentspanid");
  private static final HeaderName SAMPLED = HeaderName.of("x-b3-sampled");
  private static final HeaderName FLAGS = HeaderName.of("x-b3-flags");
  private static final HeaderName TRACE_PARENT = HeaderName.of("traceparent");
  private static final HeaderName TRACE_STATE = HeaderName.of("tracestate");
  private static final int LONG_DIGITS = 16;
  private static final int TRACE_PARENT_LENGTH = 55;

  private TraceHeaders() {}

  /**
   * What a request tells.
   *
   * @param sampled null when it leaves that open
   */
  record Context(
      long traceHigh,
      long traceLow,
      long span,
      long parent,
      @Nullable Boolean sampled,
      String state) {}

  /** B3 of either form; null when there is none that can be read. */
  static @Nullable Context b3(HeaderMap headers) {
    String one = headers.get(B3);
    if (one != null) {
      return single(one);
    }
    String trace = headers.get(TRACE_ID);
    String span = headers.get(SPAN_ID);
    if (trace == null || span == null || !hex(trace) || !hex(span) || span.length() > LONG_DIGITS) {
      return null;
    }
    String parent = headers.get(PARENT_ID);
    long above = parent != null && hex(parent) && parent.length() <= LONG_DIGITS ? low(parent) : 0;
    return new Context(high(trace), low(trace), low(span), above, b3Sampled(headers), "");
  }

  /** The decision alone, which may come without a context; null when it is open. */
  static @Nullable Boolean b3Sampled(HeaderMap headers) {
    if ("1".equals(headers.get(FLAGS))) {
      return true;
    }
    String value = headers.get(SAMPLED);
    return value == null ? null : value.equals("1") || value.equals("true");
  }

  private static @Nullable Context single(String text) {
    String[] parts = text.split("-", -1);
    if (parts.length < 2 || !hex(parts[0]) || !hex(parts[1])) {
      return null;
    }
    Boolean sampled =
        parts.length < 3 ? null : Boolean.valueOf(parts[2].equals("1") || parts[2].equals("d"));
    long parent = parts.length > 3 && hex(parts[3]) ? low(parts[3]) : 0;
    return new Context(high(parts[0]), low(parts[0]), low(parts[1]), parent, sampled, "");
  }

  /** In the form that the request has. */
  static void setB3(HeaderMap headers, Span span) {
    if (headers.contains(B3)) {
      String parent = span.parent == 0 ? "" : "-" + Span.hex(span.parent);
      headers.set(B3, span.traceId() + "-" + span.spanId() + (span.sampled ? "-1" : "-0") + parent);
      return;
    }
    headers.set(TRACE_ID, span.traceId());
    headers.set(SPAN_ID, span.spanId());
    if (span.parent != 0) {
      headers.set(PARENT_ID, Span.hex(span.parent));
    } else {
      headers.remove(PARENT_ID);
    }
    headers.set(SAMPLED, span.sampled ? "1" : "0");
  }

  /** {@code traceparent}; null when there is none that can be read. */
  static @Nullable Context w3c(HeaderMap headers) {
    String text = headers.get(TRACE_PARENT);
    if (text == null
        || text.length() != TRACE_PARENT_LENGTH
        || text.charAt(2) != '-'
        || text.charAt(35) != '-'
        || text.charAt(52) != '-') {
      return null;
    }
    String trace = text.substring(3, 35);
    String span = text.substring(36, 52);
    String flags = text.substring(53);
    if (!hex(text.substring(0, 2)) || !hex(trace) || !hex(span) || !hex(flags)) {
      return null;
    }
    long high = high(trace);
    long low = low(trace);
    if ((high | low) == 0 || low(span) == 0) {
      return null;
    }
    String state = headers.get(TRACE_STATE);
    boolean sampled = (Integer.parseInt(flags, 16) & 1) != 0;
    return new Context(high, low, low(span), 0, sampled, state == null ? "" : state);
  }

  static void setW3c(HeaderMap headers, Span span) {
    headers.set(
        TRACE_PARENT,
        "00-"
            + Span.hex(span.traceHigh)
            + Span.hex(span.traceLow)
            + "-"
            + span.spanId()
            + (span.sampled ? "-01" : "-00"));
    if (!span.traceState.isEmpty()) {
      headers.set(TRACE_STATE, span.traceState);
    }
  }

  private static boolean hex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 2 * LONG_DIGITS;
  }

  private static long low(String text) {
    return Long.parseUnsignedLong(text.substring(Math.max(0, text.length() - LONG_DIGITS)), 16);
  }

  private static long high(String text) {
    return text.length() <= LONG_DIGITS
        ? 0
        : Long.parseUnsignedLong(text.substring(0, text.length() - LONG_DIGITS), 16);
  }
}
