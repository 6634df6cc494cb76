package io.weir.proxy.loadbalancer;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.filter.Problems;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import io.weir.proxy.cluster.LocalZone;
import io.weir.proxy.extension.LoadContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code weir.lb.v1.PeakEwma}, which travels as a {@code TypedStruct} so that other proxies
 * pass over it: {@code decay}, {@code default_rtt}, {@code failure_penalty}, {@code
 * max_retry_after} as durations.
 */
final class PeakEwmaLoader {
  static final String TYPE = "weir.lb.v1.PeakEwma";

  private static final double MILLI = 1e6;
  private static final Map<String, Double> DEFAULTS =
      Map.of(
          "decay", 10_000 * MILLI,
          "default_rtt", 30 * MILLI,
          "failure_penalty", 5_000 * MILLI,
          "max_retry_after", 300_000 * MILLI);

  private PeakEwmaLoader() {}

  /** Null when problems were reported. */
  static @Nullable LoadBalancerPolicy load(Any any, LocalZone zone, LoadContext context) {
    Problems problems = context.problems().at("value");
    int before = problems.count();
    Struct struct;
    try {
      struct = TypedStruct.parseFrom(any.getValue()).getValue();
    } catch (InvalidProtocolBufferException e) {
      problems.add("", "unreadable: " + e.getMessage(), "use xds.type.v3.TypedStruct");
      return null;
    }
    for (String name : struct.getFieldsMap().keySet()) {
      if (!DEFAULTS.containsKey(name)) {
        problems.add(
            name, "unknown setting", "known: decay, default_rtt, failure_penalty, max_retry_after");
      }
    }
    double decay = nanos(struct, "decay", problems);
    var settings =
        new PeakEwma.Settings(
            decay,
            nanos(struct, "default_rtt", problems),
            MILLI,
            nanos(struct, "failure_penalty", problems),
            nanos(struct, "max_retry_after", problems));
    if (decay <= 0 && problems.count() == before) {
      problems.add("decay", "must be positive", "10s is usual");
    }
    return problems.count() > before
        ? null
        : new PeakEwma.Policy(
            settings,
            new PriorityBalancer.Settings(
                false, false, ZoneAware.byDefault(zone, context.runtime())));
  }

  private static double nanos(Struct struct, String name, Problems problems) {
    Value value = struct.getFieldsMap().get(name);
    double fallback = DEFAULTS.getOrDefault(name, 0.0);
    if (value == null) {
      return fallback;
    }
    String text = value.getStringValue();
    try {
      if (text.endsWith("ms")) {
        return Double.parseDouble(text.substring(0, text.length() - 2)) * MILLI;
      }
      if (text.endsWith("s")) {
        return Double.parseDouble(text.substring(0, text.length() - 1)) * 1000 * MILLI;
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    problems.add(name, "no duration", "such as 10s or 30ms");
    return fallback;
  }
}
