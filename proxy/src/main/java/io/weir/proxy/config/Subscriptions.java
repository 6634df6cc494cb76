package io.weir.proxy.config;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.DynamicCopy;
import io.weir.xds.validate.PgvValidator;
import io.weir.xds.validate.SupportedFields;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects those who need dynamic resources to the sources that their configuration names. */
final class Subscriptions {
  /** The source that means "where this resource came from". */
  static final ConfigSource ADS =
      ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance()).build();

  private static final Logger LOG = LoggerFactory.getLogger("config");
  private static final long DEFAULT_TIMEOUT_MILLIS = 15_000;

  /** Finds or opens the source of a configuration; null when a problem was reported. */
  interface Sources {
    @Nullable ResourceSource find(ConfigSource source, ResourceType type, ProblemList problems);
  }

  private final Sources sources;
  private final SupportedFields supported;
  private final DynamicResources inUse = new DynamicResources();
  private final Map<ResourceType, Map<String, Integer>> users = new EnumMap<>(ResourceType.class);

  Subscriptions(Sources sources, SupportedFields supported) {
    this.sources = sources;
    this.supported = supported;
  }

  /**
   * Subscribes to one resource.
   *
   * @param stats counts how it goes
   * @return ends the subscription
   */
  <M extends Message> Runnable subscribe(
      ConfigSource config,
      String name,
      M prototype,
      ResourceWatcher<M> watcher,
      @Nullable SubscriptionStats stats,
      ProblemList problems) {
    ResourceType type = typeOf(prototype);
    ResourceSource source = sources.find(config, type, problems);
    if (source == null) {
      return () -> {};
    }
    var adapter = new NamedWatcher<>(type, name, prototype, watcher, stats);
    if (stats != null && source instanceof DiscoveryClient) {
      stats.onAsked();
    }
    source.watch(type, name, adapter, timeoutMillis(config));
    Map<String, Integer> ofType = users.computeIfAbsent(type, _ -> new HashMap<>());
    ofType.merge(name, 1, Integer::sum);
    return () -> {
      source.unwatch(type, name, adapter);
      if (ofType.computeIfPresent(name, (_, count) -> count > 1 ? count - 1 : null) == null) {
        inUse.remove(type, name);
      }
    };
  }

  /** What is in use of the types that are subscribed to by name. */
  DynamicResources inUse() {
    return inUse;
  }

  /** Names of a type that somebody waits for, sorted. */
  List<String> awaited(ResourceType type) {
    var names = new TreeSet<>(users.getOrDefault(type, Map.of()).keySet());
    inUse.all(type).forEach(entry -> names.remove(entry.name()));
    return List.copyOf(names);
  }

  /** Watches all resources of a type. */
  void subscribeAll(
      ConfigSource config, ResourceType type, SourceWatcher watcher, ProblemList problems) {
    ResourceSource source = sources.find(config, type, problems);
    if (source != null) {
      source.watch(type, ResourceSource.ALL, watcher, timeoutMillis(config));
    }
  }

  /** The message of a resource, checked; null when problems were reported. */
  <M extends Message> @Nullable M read(Resource resource, M prototype, ProblemList problems) {
    try {
      @SuppressWarnings("unchecked")
      M message = (M) prototype.getParserForType().parseFrom(resource.body().getValue());
      DynamicMessage copy = DynamicCopy.of(message);
      PgvValidator.validate(copy, problems);
      supported.check(copy, problems);
      return problems.isEmpty() ? message : null;
    } catch (InvalidProtocolBufferException e) {
      problems.add("", "the bytes are no " + prototype.getDescriptorForType().getFullName());
      return null;
    }
  }

  private static long timeoutMillis(ConfigSource config) {
    if (!config.hasInitialFetchTimeout()) {
      return DEFAULT_TIMEOUT_MILLIS;
    }
    var timeout = config.getInitialFetchTimeout();
    return timeout.getSeconds() * 1000 + timeout.getNanos() / 1_000_000;
  }

  private static ResourceType typeOf(Message prototype) {
    String name = prototype.getDescriptorForType().getFullName();
    return ResourceType.ofTypeUrl(ResourceType.TYPE_URL_PREFIX + name)
        .orElseThrow(() -> new IllegalArgumentException(name + " is no xDS resource"));
  }

  /** Turns what a source says about one name into what a {@link ResourceWatcher} understands. */
  private final class NamedWatcher<M extends Message> implements SourceWatcher {
    private final ResourceType type;
    private final String name;
    private final M prototype;
    private final ResourceWatcher<M> watcher;
    private final @Nullable SubscriptionStats stats;

    NamedWatcher(
        ResourceType type,
        String name,
        M prototype,
        ResourceWatcher<M> watcher,
        @Nullable SubscriptionStats stats) {
      this.stats = stats;
      this.type = type;
      this.name = name;
      this.prototype = prototype;
      this.watcher = watcher;
    }

    @Override
    public Set<String> onChange(
        List<Resource> changed, List<String> removed, ProblemList problems) {
      if (changed.isEmpty()) {
        watcher.onRemoved();
        removed.forEach(name -> inUse.remove(type, name));
        return Set.of();
      }
      long begin = System.nanoTime();
      Resource resource = changed.getFirst();
      var own = new ProblemList(shortName(type) + " " + resource.name());
      M message = read(resource, prototype, own);
      if (message != null) {
        watcher.onResource(message, resource.version(), new ProblemView(own));
        if (own.isEmpty()) {
          inUse.put(type, resource.name(), resource.version(), message);
        }
      }
      if (stats != null && own.isEmpty()) {
        stats.onAccepted(resource.version(), (System.nanoTime() - begin) / 1_000_000);
      } else if (stats != null) {
        stats.onRejected();
      }
      own.all().forEach(problems::add);
      return own.isEmpty() ? Set.of() : Set.of(resource.name());
    }

    private void count(boolean accepted, String version) {
      if (stats == null) {
        return;
      }
      if (accepted) {
        stats.onSame(version);
      } else {
        stats.onRejected();
      }
    }

    @Override
    public void onFailure() {
      if (stats != null) {
        stats.onFailed();
      }
    }

    @Override
    public void onSame(String version) {
      count(true, version);
    }

    @Override
    public void onAbsent(String version, boolean empty) {
      boolean accepted = empty && watcher.onNothing();
      count(accepted, version);
      if (!accepted) {
        LOG.warn("rejected: a file without {} {}", shortName(type), name);
      }
    }

    @Override
    public void onInitialFetchTimeout(boolean late) {
      if (late && stats != null) {
        stats.onTimeout();
      }
      watcher.onInitialFetchTimeout();
    }
  }

  static String shortName(ResourceType type) {
    return type.messageName().substring(type.messageName().lastIndexOf('.') + 1);
  }
}
