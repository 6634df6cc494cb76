package io.weir.proxy.tracing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
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

  /** Makes spans of tries; null where they have none. */
  @Nullable Tracing tracing;

  /** What the route adds; null for none. */
  @Nullable RouteTracing route;

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

  /** An id that is not 0. */
  static long newId(RandomGenerator random) {
    return random.nextLong() | 1;
  }

  /**
   * A span of a try upstream for this one, where each has its own.
   *
   * @return null where one span stands for a request and its tries
   */
  public @Nullable UpstreamSpan spawn(String cluster, int attempt, long startWallNanos) {
    return tracing == null ? null : tracing.spawn(this, cluster, attempt, startWallNanos);
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
