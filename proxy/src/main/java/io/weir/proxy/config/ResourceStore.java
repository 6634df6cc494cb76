package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.weir.proxy.extension.LoadContext;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All resources of one kind: what is in use, what is warming to replace it, what was refused. A new
 * version is loaded and warmed while the old one serves, then swapped in; a version that fails
 * leaves the old one.
 *
 * @param <M> the resource's message
 * @param <L> its loaded form
 */
public final class ResourceStore<M extends Message, L> implements SourceWatcher {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final ResourceType type;
  private final Deployment<M, L> deployment;
  private final LoadServices services;
  private final BiFunction<M, ResourceContext, LoadContext> contextOf;
  private final Map<String, Entry<M, L>> entries = new LinkedHashMap<>();
  private final CompletableFuture<Void> firstUpdate = new CompletableFuture<>();
  private String version = "";

  /**
   * @param contextOf completes the context with what the message says, its direction for instance
   */
  ResourceStore(
      ResourceType type,
      Deployment<M, L> deployment,
      LoadServices services,
      BiFunction<M, ResourceContext, LoadContext> contextOf) {
    this.type = type;
    this.deployment = deployment;
    this.services = services;
    this.contextOf = contextOf;
  }

  /** One name. */
  private static final class Entry<M extends Message, L> {
    final boolean isStatic;
    @Nullable Version<M, L> active;
    @Nullable Version<M, L> warming;
    @Nullable Refused refused;

    Entry(boolean isStatic) {
      this.isStatic = isStatic;
    }
  }

  /** One version of a resource. */
  record Version<M extends Message, L>(
      Packed<M> message, String version, Instant updated, L loaded, LoadScope scope) {}

  /** A version that was not taken, and why. */
  public record Refused(Message message, String version, Instant when, String details) {}

  /** What {@code /config_dump} shows of a resource. */
  public record Shown(
      String name,
      boolean isStatic,
      @Nullable Body active,
      @Nullable Body warming,
      @Nullable Refused refused) {}

  /** A version as shown. */
  public record Body(Message message, String version, Instant updated) {}

  // ---- static resources

  /**
   * Loads a resource of the bootstrap.
   *
   * @return activates it; null when problems were reported
   */
  @Nullable StaticResource loadStatic(M message, Packed<M> packed, ProblemList problems) {
    String name = deployment.nameOf(message);
    Version<M, L> loaded = load(message, packed, "", problems);
    if (loaded == null) {
      return null;
    }
    var entry = new Entry<M, L>(true);
    entry.warming = loaded;
    entries.put(name, entry);
    return new StaticResource(name, loaded.scope, () -> warm(name, entry, loaded));
  }

  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * A loaded resource of the bootstrap.
   *
   * @param start warms and activates it
   */
  record StaticResource(String name, LoadScope scope, Start start) {
    /** See {@link StaticResource}. */
    interface Start {
      CompletionStage<Void> run();
    }
  }

  // ---- dynamic resources

  /** Completes with the first answer of the server, or when it does not come in time. */
  CompletionStage<Void> firstUpdate() {
    return firstUpdate;
  }

  @Override
  public void onInitialFetchTimeout(boolean late) {
    LOG.warn("no {} came in time", Subscriptions.shortName(type));
    firstUpdate.complete(null);
  }

  @Override
  public Set<String> onChange(List<Resource> changed, List<String> removed, ProblemList problems) {
    Set<String> rejected = new HashSet<>();
    List<CompletionStage<Void>> started = new ArrayList<>();
    for (String name : removed) {
      remove(name);
    }
    for (Resource resource : changed) {
      version = resource.version();
      var own = new ProblemList(Subscriptions.shortName(type) + " " + resource.name());
      CompletionStage<Void> start = update(resource, own);
      own.all().forEach(problems::add);
      if (!own.isEmpty()) {
        rejected.add(resource.name());
      } else if (start != null) {
        started.add(start.exceptionally(_ -> null));
      }
    }
    CompletableFuture.allOf(
            started.stream()
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new))
        .thenRun(() -> firstUpdate.complete(null));
    return rejected;
  }

  private @Nullable CompletionStage<Void> update(Resource resource, ProblemList problems) {
    M message = services.subscriptions().read(resource, deployment.prototype(), problems);
    if (message == null) {
      refuse(resource, null, problems);
      return null;
    }
    String name = deployment.nameOf(message);
    Entry<M, L> entry = entries.get(name);
    if (entry != null && entry.isStatic) {
      problems.add("name", "a static resource of this name exists and cannot be replaced");
      return null;
    }
    if (entry != null && same(entry, message)) {
      return null;
    }
    Version<M, L> loaded = load(message, Packed.of(message), resource.version(), problems);
    if (loaded == null) {
      refuse(resource, message, problems);
      return null;
    }
    Entry<M, L> target = entry == null ? new Entry<>(false) : entry;
    entries.putIfAbsent(name, target);
    discardWarming(target);
    target.warming = loaded;
    target.refused = null;
    return warm(name, target, loaded);
  }

  private static <M extends Message, L> boolean same(Entry<M, L> entry, M message) {
    Version<M, L> latest = entry.warming != null ? entry.warming : entry.active;
    return latest != null && latest.message.holds(message);
  }

  private void refuse(Resource resource, @Nullable M message, ProblemList problems) {
    Entry<M, L> entry = entries.computeIfAbsent(resource.name(), _ -> new Entry<>(false));
    Message shown = message == null ? resource.body() : message;
    var details = new StringBuilder();
    problems.errors().forEach(p -> details.append(details.isEmpty() ? "" : "\n").append(p));
    entry.refused = new Refused(shown, resource.version(), Instant.now(), details.toString());
  }

  private void remove(String name) {
    Entry<M, L> entry = entries.get(name);
    if (entry == null || entry.isStatic) {
      return;
    }
    entries.remove(name);
    discardWarming(entry);
    if (entry.active != null) {
      deployment.remove(name);
    }
  }

  // ---- life of a version

  private @Nullable Version<M, L> load(
      M message, Packed<M> packed, String of, ProblemList problems) {
    int before = problems.count();
    var scope = new LoadScope();
    LoadContext context = contextOf.apply(message, ResourceContext.of(services, scope, problems));
    L loaded = deployment.load(message, context);
    if (loaded == null || problems.count() > before) {
      scope.close();
      return null;
    }
    return new Version<>(packed, of, Instant.now(), loaded, scope);
  }

  private CompletionStage<Void> warm(String name, Entry<M, L> entry, Version<M, L> next) {
    return next.scope
        .warm(services.workers(), services.control())
        .thenCompose(_ -> activate(entry, next))
        .whenComplete(
            (_, failure) -> {
              if (failure != null && !next.scope.closed()) {
                services.control().execute(() -> failed(name, entry, next, failure));
              }
            });
  }

  private CompletionStage<Void> activate(Entry<M, L> entry, Version<M, L> next) {
    if (entry.warming != next) {
      // A newer version has come meanwhile.
      return CompletableFuture.completedStage(null);
    }
    Version<M, L> before = entry.active;
    entry.warming = null;
    entry.active = next;
    return deployment
        .activate(next.loaded, next.scope::close)
        .whenCompleteAsync(
            (_, failure) -> {
              if (failure != null && entry.active == next) {
                entry.active = before;
              }
            },
            services.control());
  }

  private void failed(String name, Entry<M, L> entry, Version<M, L> next, Throwable failure) {
    String reason = LoadScope.reason(failure);
    LOG.warn("{} {}: {}", Subscriptions.shortName(type), name, reason);
    if (entry.warming == next) {
      entry.warming = null;
    }
    entry.refused = new Refused(next.message.message(), next.version, Instant.now(), reason);
    next.scope.close();
  }

  private void discardWarming(Entry<M, L> entry) {
    Version<M, L> old = entry.warming;
    if (old != null) {
      entry.warming = null;
      old.scope.close();
    }
  }

  // ---- what is shown

  /** The version of the last update. */
  public String version() {
    return version;
  }

  /** All resources in the order in which they came. */
  public List<Shown> shown() {
    List<Shown> shown = new ArrayList<>();
    entries.forEach(
        (name, entry) ->
            shown.add(
                new Shown(
                    name, entry.isStatic, body(entry.active), body(entry.warming), entry.refused)));
    return shown;
  }

  /** What warming resources still wait for, by name. */
  public Map<String, List<String>> unready() {
    Map<String, List<String>> unready = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (entry.warming != null) {
            unready.put(name, entry.warming.scope.pending());
          }
        });
    return unready;
  }

  private static <M extends Message, L> @Nullable Body body(@Nullable Version<M, L> version) {
    return version == null
        ? null
        : new Body(version.message.message(), version.version, version.updated);
  }
}
