package io.weir.proxy.tracing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a trace: a request as this proxy saw it. Owned by one worker until it is finished.
 */
public final class Span {
  final long traceHigh;
  final long traceLow;
  final long id;
  final long parent;
  final boolean sampled;

  /** Whether the caller's own span has the same id. */
  final boolean shared;

  final String traceState;
  final boolean egress;
  final long startWallNanos;
  final Map<String, String> tags = new LinkedHashMap<>();
  String name;
  boolean failed;
  long durationNanos;

  /**
   * @param parent 0 for none
   */
  Span(
      long traceHigh,
      long traceLow,
      long id,
      long parent,
      boolean sampled,
      boolean shared,
      @Nullable String traceState,
      String name,
      boolean egress,
      long startWallNanos) {
    this.traceHigh = traceHigh;
    this.traceLow = traceLow;
    this.id = id;
    this.parent = parent;
    this.sampled = sampled;
    this.shared = shared;
    this.traceState = traceState == null ? "" : traceState;
    this.name = name;
    this.egress = egress;
    this.startWallNanos = startWallNanos;
  }

  public void setName(String value) {
    name = value;
  }

  /** Adds a fact, unless the span goes nowhere. */
  public void tag(String key, @Nullable String value) {
    if (sampled && value != null) {
      tags.put(key, value);
    }
  }

  void fail() {
    failed = true;
  }

  /** The trace's id in hexadecimal, as long as it was given. */
  public String traceId() {
    return traceHigh == 0 ? hex(traceLow) : hex(traceHigh) + hex(traceLow);
  }

  public String spanId() {
    return hex(id);
  }

  static String hex(long value) {
    String digits = Long.toHexString(value);
    return "0".repeat(16 - digits.length()) + digits;
  }
}
