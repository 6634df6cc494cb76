package io.weir.proxy.config;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.ExtensionConfigSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.weir.filter.Problems;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.extension.ExtensionRegistry;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.proxy.worker.Lease;
import io.weir.proxy.worker.Slot;
import io.weir.xds.ProblemList;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A filter whose configuration comes by ECDS and may change while the chain serves. A stream keeps
 * the configuration that it started with.
 */
final class EcdsFilterSlot implements HttpFilterSlot, ResourceWatcher<TypedExtensionConfig> {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final String name;
  private final boolean disabled;
  private final ExtensionConfigSource source;
  private final ResourceContext context;
  private final boolean upstream;
  private final boolean terminal;
  private final Slot<Lease<HttpFilterWorker>> slot;
  private final CompletableFuture<Void> arrived = new CompletableFuture<>();
  private @Nullable HttpFilterFactory factory;
  private @Nullable Loaded loaded;
  private boolean closed;

  /** One version of the configuration. */
  private record Loaded(HttpFilterFactory factory, FilterLife life, LoadScope scope) {}

  EcdsFilterSlot(
      String name,
      boolean disabled,
      ExtensionConfigSource source,
      ResourceContext context,
      boolean upstream) {
    this.name = name;
    this.disabled = disabled;
    this.source = source;
    this.context = context;
    this.upstream = upstream;
    this.slot = new Slot<>(context.workers());
    this.terminal = source.getTypeUrlsList().stream().anyMatch(this::isTerminal);
  }

  /** Starts the subscription; the chain is warm when {@link #arrived} completes. */
  void start() {
    if (source.hasDefaultConfig() && source.getApplyDefaultConfigWithoutWarming()) {
      useDefault();
    }
    context.subscribe(
        source.getConfigSource(),
        name,
        TypedExtensionConfig.getDefaultInstance(),
        this,
        "extension_config_discovery.http_filter." + name + ".");
  }

  CompletableFuture<Void> arrived() {
    return arrived;
  }

  @Override
  public void onResource(TypedExtensionConfig resource, String version, Problems problems) {
    String type = ExtensionRegistry.typeName(resource.getTypedConfig());
    if (!allowed(type)) {
      problems.add(
          "typed_config",
          type + " is not among the type_urls that the chain allows for " + name,
          "allowed: " + String.join(", ", source.getTypeUrlsList()));
      refused();
    } else if (!apply(
        resource.getTypedConfig(), ((ProblemView) problems).list().at("typed_config"))) {
      refused();
    }
  }

  /**
   * A first configuration that is refused is not waited out: as Envoy, the chain serves without.
   */
  private void refused() {
    if (loaded == null) {
      onInitialFetchTimeout();
    }
  }

  @Override
  public void onRemoved() {
    if (source.hasDefaultConfig()) {
      useDefault();
    } else {
      replace(null);
    }
  }

  @Override
  public void onInitialFetchTimeout() {
    if (source.hasDefaultConfig() && loaded == null) {
      useDefault();
    }
    arrived.complete(null);
  }

  private void useDefault() {
    var problems = new ProblemList("default_config of " + name);
    apply(source.getDefaultConfig(), problems);
    problems
        .errors()
        .forEach(problem -> context.problems().add("default_config", problem.reason()));
  }

  /** Whether the configuration is good as far as reading it tells. */
  private boolean apply(Any config, ProblemList problems) {
    var scope = new LoadScope();
    FilterLife life = context.loadFilter(name, config, scope, problems, upstream);
    HttpFilterFactory made = context.filterFactory(name, config);
    if (life == null || made == null) {
      scope.close();
      return false;
    }
    var next = new Loaded(made, life, scope);
    scope
        .warm(context.workers(), context.control())
        .whenComplete(
            (_, failure) -> {
              if (failure == null && !closed) {
                replace(next);
              } else {
                drop(next);
                if (failure != null) {
                  LOG.warn("filter {}: {}", name, LoadScope.reason(failure));
                }
              }
              arrived.complete(null);
            });
    return true;
  }

  private void replace(@Nullable Loaded next) {
    Loaded old = loaded;
    loaded = next;
    factory = next == null ? null : next.factory;
    slot.publish(worker -> swap(worker, next))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                LOG.warn("filter {}: {}", name, LoadScope.reason(failure));
              }
              if (old != null) {
                context.control().execute(() -> drop(old));
              }
            });
  }

  private @Nullable Lease<HttpFilterWorker> swap(Worker worker, @Nullable Loaded next) {
    Lease<HttpFilterWorker> fresh = next == null ? null : next.life.open(worker);
    Lease<HttpFilterWorker> old = slot.get(worker);
    if (old != null) {
      old.retire();
    }
    return fresh;
  }

  private static void drop(Loaded old) {
    old.life.release();
    old.scope.close();
  }

  /** The chain is gone. */
  void close() {
    closed = true;
    replace(null);
  }

  private boolean allowed(String type) {
    return source.getTypeUrlsList().stream()
        .anyMatch(url -> url.substring(url.lastIndexOf('/') + 1).equals(type));
  }

  private boolean isTerminal(String typeUrl) {
    HttpFilterFactory allowed =
        context.filterFactory(name, Any.newBuilder().setTypeUrl(typeUrl).build());
    return allowed != null && allowed.terminal();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean disabled() {
    return disabled;
  }

  @Override
  public boolean terminal() {
    return terminal;
  }

  @Override
  public @Nullable HttpFilterFactory factory() {
    return factory;
  }

  @Override
  public @Nullable Lease<HttpFilterWorker> get(Worker worker) {
    return slot.get(worker);
  }

  // Every version is opened on all workers when it is published.
  @Override
  public void openWorker(Worker worker) {}

  @Override
  public void closeWorker(Worker worker) {}
}
