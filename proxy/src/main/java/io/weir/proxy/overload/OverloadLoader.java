package io.weir.proxy.overload;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import io.envoyproxy.envoy.config.overload.v3.ScaleTimersOverloadActionConfig;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.weir.filter.Problems;
import io.weir.proxy.overload.OverloadConfig.Shortest;
import io.weir.proxy.overload.OverloadConfig.Watch;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loads {@code overload_manager} of the bootstrap. */
public final class OverloadLoader {
  private static final long DEFAULT_REFRESH_MILLIS = 1000;
  private static final int LIMIT = -1;

  private final io.envoyproxy.envoy.config.overload.v3.OverloadManager message;
  private final Problems problems;
  private final List<OverloadConfig.Monitor> monitors = new ArrayList<>();
  private final Map<String, Integer> byName = new HashMap<>();
  private Map<OverloadTimer, Shortest> timers = Map.of();
  private long maxConnections = -1;

  private OverloadLoader(
      io.envoyproxy.envoy.config.overload.v3.OverloadManager message, Problems problems) {
    this.message = message;
    this.problems = problems;
  }

  /** Reads it all; what is returned is of use only when no problem was reported. */
  public static OverloadConfig load(
      io.envoyproxy.envoy.config.overload.v3.OverloadManager message, Problems problems) {
    return new OverloadLoader(message, problems).load();
  }

  private OverloadConfig load() {
    loadMonitors();
    return new OverloadConfig(
        message.hasRefreshInterval()
            ? Math.max(1, Durations.toMillis(message.getRefreshInterval()))
            : DEFAULT_REFRESH_MILLIS,
        monitors,
        actions(),
        points(),
        timers,
        message.getBufferFactoryConfig().getMinimumAccountToTrackPowerOfTwo(),
        maxConnections);
  }

  private void loadMonitors() {
    for (int i = 0; i < message.getResourceMonitorsCount(); i++) {
      var entry = message.getResourceMonitors(i);
      Problems at = problems.at("resource_monitors[" + i + "]");
      if (byName.containsKey(entry.getName())) {
        at.add("name", "duplicate resource monitor " + entry.getName());
        continue;
      }
      if (entry.getTypedConfig().is(DownstreamConnectionsConfig.class)) {
        byName.put(entry.getName(), LIMIT);
        maxConnections = connections(entry.getTypedConfig(), at.at("typed_config"));
        continue;
      }
      ResourceMonitor monitor = MonitorLoader.load(entry.getTypedConfig(), at.at("typed_config"));
      byName.put(entry.getName(), monitors.size());
      if (monitor != null) {
        monitors.add(new OverloadConfig.Monitor(entry.getName(), monitor));
      }
    }
  }

  private static long connections(Any config, Problems problems) {
    try {
      long most =
          config.unpack(DownstreamConnectionsConfig.class).getMaxActiveDownstreamConnections();
      if (most <= 0) {
        problems.add("max_active_downstream_connections", "value must be greater than 0");
      }
      return most;
    } catch (InvalidProtocolBufferException e) {
      problems.add("", "unreadable: " + e.getMessage());
      return -1;
    }
  }

  private Map<OverloadAction, List<Watch>> actions() {
    var actions = new EnumMap<OverloadAction, List<Watch>>(OverloadAction.class);
    for (int i = 0; i < message.getActionsCount(); i++) {
      var entry = message.getActions(i);
      Problems at = problems.at("actions[" + i + "]");
      OverloadAction action = OverloadAction.of(entry.getName());
      if (action == null) {
        at.add(
            "name", "unknown overload action " + entry.getName(), known(OverloadAction.values()));
        continue;
      }
      if (actions.containsKey(action)) {
        at.add("name", "duplicate overload action " + entry.getName());
        continue;
      }
      if (action == OverloadAction.REDUCE_TIMEOUTS) {
        timers =
            entry.hasTypedConfig()
                ? timers(entry.getTypedConfig(), at.at("typed_config"))
                : noTimers(at);
      } else if (entry.hasTypedConfig()) {
        at.add("typed_config", "overload action " + entry.getName() + " takes no configuration");
      }
      actions.put(action, triggers(entry.getTriggersList(), at));
    }
    return actions;
  }

  private Map<LoadShedPoint, List<Watch>> points() {
    var points = new EnumMap<LoadShedPoint, List<Watch>>(LoadShedPoint.class);
    for (int i = 0; i < message.getLoadshedPointsCount(); i++) {
      var entry = message.getLoadshedPoints(i);
      Problems at = problems.at("loadshed_points[" + i + "]");
      LoadShedPoint point = LoadShedPoint.of(entry.getName());
      if (point == null) {
        at.add("name", "unknown load shed point " + entry.getName(), known(LoadShedPoint.values()));
      } else if (points.put(point, triggers(entry.getTriggersList(), at)) != null) {
        at.add("name", "duplicate load shed point " + entry.getName());
      }
    }
    return points;
  }

  private static String known(Object[] values) {
    var names = new ArrayList<String>();
    for (Object value : values) {
      names.add(
          value instanceof OverloadAction action ? action.text() : ((LoadShedPoint) value).text());
    }
    return "known: " + String.join(", ", names);
  }

  private List<Watch> triggers(
      List<io.envoyproxy.envoy.config.overload.v3.Trigger> entries, Problems problems) {
    var watches = new ArrayList<Watch>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      Problems at = problems.at("triggers[" + i + "]");
      Integer monitor = byName.get(entry.getName());
      Trigger trigger = trigger(entry, at);
      if (!seen.add(entry.getName())) {
        at.add("name", "duplicate trigger resource " + entry.getName());
      } else if (monitor == null) {
        at.add("name", "unknown trigger resource " + entry.getName(), "name a resource monitor");
      } else if (trigger != null) {
        watches.add(new Watch(monitor, trigger));
      }
    }
    return watches;
  }

  private static @Nullable Trigger trigger(
      io.envoyproxy.envoy.config.overload.v3.Trigger entry, Problems problems) {
    return switch (entry.getTriggerOneofCase()) {
      case THRESHOLD -> new Trigger.Threshold(entry.getThreshold().getValue());
      case SCALED -> {
        var scaled = entry.getScaled();
        if (scaled.getScalingThreshold() >= scaled.getSaturationThreshold()) {
          problems.add("scaled", "scaling_threshold must be less than saturation_threshold");
        }
        yield new Trigger.Scaled(scaled.getScalingThreshold(), scaled.getSaturationThreshold());
      }
      case TRIGGERONEOF_NOT_SET -> null;
    };
  }

  private static Map<OverloadTimer, Shortest> noTimers(Problems problems) {
    problems.add(
        "typed_config",
        "overload action envoy.overload_actions.reduce_timeouts requires a configuration",
        "a ScaleTimersOverloadActionConfig");
    return Map.of();
  }

  private static Map<OverloadTimer, Shortest> timers(Any typed, Problems problems) {
    var timers = new EnumMap<OverloadTimer, Shortest>(OverloadTimer.class);
    try {
      var config = typed.unpack(ScaleTimersOverloadActionConfig.class);
      for (int i = 0; i < config.getTimerScaleFactorsCount(); i++) {
        var entry = config.getTimerScaleFactors(i);
        Problems at = problems.at("timer_scale_factors[" + i + "]");
        OverloadTimer timer = timer(entry.getTimer());
        Shortest shortest =
            entry.hasMinTimeout()
                ? new Shortest(Durations.toMillis(entry.getMinTimeout()), 0)
                : new Shortest(-1, entry.getMinScale().getValue() / 100);
        if (timer == null) {
          at.add("timer", "unknown timer");
        } else if (timers.put(timer, shortest) != null) {
          at.add("timer", "found duplicate entry for timer type " + timer);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      problems.add("", "no ScaleTimersOverloadActionConfig: " + e.getMessage());
    }
    return timers;
  }

  private static @Nullable OverloadTimer timer(ScaleTimersOverloadActionConfig.TimerType type) {
    return switch (type) {
      case HTTP_DOWNSTREAM_CONNECTION_IDLE -> OverloadTimer.HTTP_DOWNSTREAM_CONNECTION_IDLE;
      case HTTP_DOWNSTREAM_STREAM_IDLE -> OverloadTimer.HTTP_DOWNSTREAM_STREAM_IDLE;
      case TRANSPORT_SOCKET_CONNECT -> OverloadTimer.TRANSPORT_SOCKET_CONNECT;
      case HTTP_DOWNSTREAM_CONNECTION_MAX -> OverloadTimer.HTTP_DOWNSTREAM_CONNECTION_MAX;
      case UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
