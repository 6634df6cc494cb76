package io.weir.proxy.ratelimit;

import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.SubstitutionFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiled {@code rate_limits} of a route, a virtual host or a filter. Immutable. */
public final class RateLimitPolicy {
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
   * @param hitsFormat null to count {@code hits}
   * @param onStreamDone whether it is counted when the stream ends
   */
  record Limit(
      long stage,
      String disableKey,
      List<Action> actions,
      long hits,
      @Nullable SubstitutionFormat hitsFormat,
      boolean onStreamDone) {}

  /**
   * What actions look at.
   *
   * @param localCluster this proxy's {@code node.cluster}
   */
  public record Request(
      HeaderMap headers, StreamInfo streamInfo, @Nullable String cluster, String localCluster) {
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
      if (limit.stage == stage && limit.onStreamDone == done) {
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
    return entries.isEmpty() ? null : new Descriptor(entries, hits(limit, request));
  }

  private static long hits(Limit limit, Request request) {
    if (limit.hitsFormat == null) {
      return limit.hits;
    }
    try {
      return Math.max(0, Long.parseLong(limit.hitsFormat.formatToString(request.format())));
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}
