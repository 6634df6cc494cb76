package io.weir.proxy.ratelimit;

import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiled {@code rate_limits} of a route, a virtual host or a filter. Immutable. */
public final class RateLimitPolicy {
  private static final Set<String> UNITS =
      Set.of("SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR");

  public static final RateLimitPolicy NONE = new RateLimitPolicy(List.of());

  private final List<Limit> limits;

  RateLimitPolicy(List<Limit> limits) {
    this.limits = List.copyOf(limits);
  }

  /** Makes one entry of a descriptor. */
  interface Action {
    /** Null when the request has nothing to count by, so that the whole limit does not apply. */
    Descriptor.@Nullable Entry entry(Request request);

    /** Whether null only leaves this entry out. */
    default boolean optional() {
      return false;
    }
  }

  /**
   * One {@code RateLimit}.
   *
   * @param hits −1 when nothing says how much a request counts
   * @param hitsFormat null to count {@code hits}
   * @param override where a limit stands in the dynamic metadata, or null
   * @param onStreamDone whether it is counted when the stream ends
   */
  record Limit(
      long stage,
      String disableKey,
      List<Action> actions,
      long hits,
      @Nullable SubstitutionFormat hitsFormat,
      boolean onStreamDone,
      @Nullable LimitOverride override) {}

  /** A place in the dynamic metadata: {@code {requests_per_unit, unit}}. */
  record LimitOverride(String namespace, List<String> path) {
    Descriptor.@Nullable Override find(StreamInfo info) {
      Value value = info.dynamicMetadata().get(namespace);
      for (int i = 0; i < path.size(); i++) {
        value = value instanceof Value.MapValue map ? map.get(path.get(i)) : null;
      }
      return value instanceof Value.MapValue map
              && map.get("requests_per_unit") instanceof Value.NumberValue(double number)
              && map.get("unit") instanceof Value.StringValue(String unit)
              && UNITS.contains(unit)
          ? new Descriptor.Override((long) number, unit)
          : null;
    }
  }

  /** Says which limits the runtime has switched off. */
  @FunctionalInterface
  public interface Disabling {
    boolean disabled(String key);
  }

  /**
   * What actions look at.
   *
   * @param localCluster this proxy's {@code node.cluster}
   * @param disabling null when no limit can be switched off
   */
  public record Request(
      HeaderMap headers,
      StreamInfo streamInfo,
      @Nullable String cluster,
      String localCluster,
      @Nullable Disabling disabling) {

    private boolean disabled(Limit limit) {
      return disabling != null
          && !limit.disableKey.isEmpty()
          && disabling.disabled(limit.disableKey);
    }

    FormatContext format() {
      return FormatContext.ofStream(headers, null, streamInfo);
    }
  }

  public boolean isEmpty() {
    return limits.isEmpty();
  }

  /**
   * Adds the descriptors of a request.
   *
   * @param stage only limits of this stage
   * @param done whether the stream has ended: only those counted then, otherwise the others
   */
  public void addDescriptors(Request request, long stage, boolean done, List<Descriptor> to) {
    for (int i = 0; i < limits.size(); i++) {
      Limit limit = limits.get(i);
      if (limit.stage == stage && limit.onStreamDone == done && !request.disabled(limit)) {
        Descriptor descriptor = descriptor(limit, request);
        if (descriptor != null) {
          to.add(descriptor);
        }
      }
    }
  }

  private static @Nullable Descriptor descriptor(Limit limit, Request request) {
    List<Descriptor.Entry> entries = new ArrayList<>(limit.actions.size());
    for (int i = 0; i < limit.actions.size(); i++) {
      Action action = limit.actions.get(i);
      Descriptor.Entry entry = action.entry(request);
      if (entry != null) {
        entries.add(entry);
      } else if (!action.optional()) {
        return null;
      }
    }
    long hits = hits(limit, request);
    return entries.isEmpty() || hits < 0
        ? null
        : new Descriptor(
            entries,
            hits,
            limit.hits >= 0 || limit.hitsFormat != null,
            limit.override == null ? null : limit.override.find(request.streamInfo()));
  }

  /** Negative when the format gives no number: the request is not counted then. */
  private static long hits(Limit limit, Request request) {
    if (limit.hitsFormat == null) {
      return limit.hits < 0 ? 1 : limit.hits;
    }
    try {
      return Long.parseLong(limit.hitsFormat.formatToString(request.format()));
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
