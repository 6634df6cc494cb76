package io.weir.proxy.overload;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig;
import io.weir.filter.Problems;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a resource monitor of its configuration. The proxy's own kinds travel as a {@code
 * TypedStruct} so that other proxies' tools can read the file.
 */
final class MonitorLoader {
  private static final String KNOWN =
      "known: FixedHeapConfig, InjectedResourceConfig, CpuUtilizationConfig,"
          + " DownstreamConnectionsConfig, and weir.resource_monitors.v1. EventLoopLag, GcShare,"
          + " DirectMemory as a TypedStruct";
  private static final long DEFAULT_LAG_MILLIS = 200;

  private MonitorLoader() {}

  /** Null when problems were reported. */
  static @Nullable ResourceMonitor load(Any config, Problems problems) {
    try {
      String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
      return switch (type) {
        case "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig" ->
            new HeapMonitor(config.unpack(FixedHeapConfig.class).getMaxHeapSizeBytes());
        case "envoy.extensions.resource_monitors.injected_resource.v3.InjectedResourceConfig" ->
            new InjectedMonitor(Path.of(config.unpack(InjectedResourceConfig.class).getFilename()));
        case "envoy.extensions.resource_monitors.cpu_utilization.v3.CpuUtilizationConfig" ->
            new CpuMonitor();
        case "xds.type.v3.TypedStruct", "udpa.type.v1.TypedStruct" ->
            own(TypedStruct.parseFrom(config.getValue()), problems);
        default -> {
          problems.add("", "no resource monitor of type " + type, KNOWN);
          yield null;
        }
      };
    } catch (InvalidProtocolBufferException e) {
      problems.add("", "unreadable: " + e.getMessage());
      return null;
    }
  }

  private static @Nullable ResourceMonitor own(TypedStruct typed, Problems problems) {
    String type = typed.getTypeUrl().substring(typed.getTypeUrl().lastIndexOf('/') + 1);
    Struct settings = typed.getValue();
    Problems at = problems.at("value");
    return switch (type) {
      case "weir.resource_monitors.v1.EventLoopLag" -> {
        check(settings, Set.of("max_lag_ms"), at);
        long most = (long) number(settings, "max_lag_ms", DEFAULT_LAG_MILLIS, at);
        yield new EventLoopLagMonitor(Math.max(1, most));
      }
      case "weir.resource_monitors.v1.GcShare" -> {
        check(settings, Set.of(), at);
        yield new GcShareMonitor();
      }
      case "weir.resource_monitors.v1.DirectMemory" -> {
        check(settings, Set.of("max_bytes"), at);
        yield DirectMemoryMonitor.of((long) number(settings, "max_bytes", 0, at));
      }
      default -> {
        problems.add("", "no resource monitor of type " + type, KNOWN);
        yield null;
      }
    };
  }

  private static void check(Struct settings, Set<String> known, Problems problems) {
    for (String name : settings.getFieldsMap().keySet()) {
      if (!known.contains(name)) {
        problems.add(
            name, "unknown setting", known.isEmpty() ? "there is none" : "known: " + known);
      }
    }
  }

  private static double number(Struct settings, String name, double fallback, Problems problems) {
    Value value = settings.getFieldsMap().get(name);
    if (value == null) {
      return fallback;
    }
    if (!value.hasNumberValue() || value.getNumberValue() <= 0) {
      problems.add(name, "no positive number", "such as " + name + ": 200");
      return fallback;
    }
    return value.getNumberValue();
  }
}
