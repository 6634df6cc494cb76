package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.ResourceValidator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies patches so that a resource which the proxy would refuse never leaves: the patch that
 * makes it wrong is left out alone, with the reason, and the others stay. For one proxy and one
 * thread.
 *
 * <p>Only when a result is refused are the patches tried one after the other; what was wrong before
 * any patch is not held against them.
 */
public final class Quarantine {

  /**
   * A patch that was left out.
   *
   * @param resource the resource that it would have made wrong
   * @param reason what the proxy says of it
   */
  public record Entry(
      EnvoyFilter filter, Patch patch, ResourceType type, String resource, Problem reason) {

    /** {@code namespace/name configPatches[2]: reason}. */
    @Override
    public String toString() {
      return filter.id()
          + " configPatches["
          + patch.index()
          + "] is left out of "
          + resource
          + ": "
          + reason;
    }
  }

  private final ResourceValidator validator;
  private final Map<Integer, Entry> entries = new LinkedHashMap<>();
  private PatchSet set;

  public Quarantine(PatchSet set, ResourceValidator validator) {
    this.set = set;
    this.validator = validator;
  }

  /** As {@link PatchSet#listeners}; inline route tables are patched, too. */
  public List<Listener> listeners(PatchContext context, List<Listener> listeners) {
    List<Listener> out = new ArrayList<>();
    for (Listener listener : listeners) {
      out.addAll(
          guarded(
              ResourceType.LISTENER,
              listener.getName(),
              listener,
              patches ->
                  listOf(patches.listener(context, patches.inlineRoutes(context, listener)))));
    }
    out.addAll(
        guarded(
            ResourceType.LISTENER,
            "an added listener",
            null,
            patches -> patches.listeners(context, List.of())));
    return out;
  }

  /** As {@link PatchSet#routes}. */
  public RouteConfiguration routes(PatchContext context, RouteConfiguration table) {
    return guarded(
            ResourceType.ROUTE,
            table.getName(),
            table,
            patches -> List.of(patches.routes(context, table)))
        .getFirst();
  }

  /** As {@link PatchSet#cluster}. */
  public @Nullable Cluster cluster(
      PatchContext context, Cluster cluster, Collection<String> hosts) {
    List<Cluster> patched =
        guarded(
            ResourceType.CLUSTER,
            cluster.getName(),
            cluster,
            patches -> listOf(patches.cluster(context, cluster, hosts)));
    return patched.isEmpty() ? null : patched.getFirst();
  }

  /** As {@link PatchSet#addedClusters}. */
  public List<Cluster> addedClusters(PatchContext context) {
    return guarded(
        ResourceType.CLUSTER, "an added cluster", null, patches -> patches.addedClusters(context));
  }

  /** What was left out until now. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  private <M extends Message> List<M> guarded(
      ResourceType type, String name, @Nullable M original, Function<PatchSet, List<M>> patch) {
    List<M> patched = patch.apply(set);
    if (patched.size() == 1 && patched.getFirst() == original) {
      return patched;
    }
    if (firstNewProblem(type, patched, Set.of()) == null) {
      return patched;
    }
    Set<String> known = original == null ? Set.of() : reasons(type, original);
    if (firstNewProblem(type, patched, known) == null) {
      return patched;
    }
    search(type, name, known, patch);
    return patch.apply(set);
  }

  /** Adds patch after patch, and leaves out each that makes the result wrong. */
  private <M extends Message> void search(
      ResourceType type, String name, Set<String> known, Function<PatchSet, List<M>> patch) {
    Set<Integer> kept = new TreeSet<>();
    for (OrderedPatch candidate : set.all()) {
      kept.add(candidate.order());
      Problem problem = firstNewProblem(type, patch.apply(set.only(kept)), known);
      if (problem != null) {
        kept.remove(candidate.order());
        entries.put(
            candidate.order(),
            new Entry(candidate.filter(), candidate.patch(), type, name, problem));
        candidate
            .trace()
            .note(PatchCodes.QUARANTINED, "left out, because the proxy would refuse: " + problem);
      }
    }
    set = set.without(entries.keySet());
  }

  private <M extends Message> @Nullable Problem firstNewProblem(
      ResourceType type, List<M> resources, Set<String> known) {
    for (M resource : resources) {
      for (Problem problem : validator.validate(type, resource)) {
        if (!problem.warning() && !known.contains(reason(problem))) {
          return problem;
        }
      }
    }
    return null;
  }

  private Set<String> reasons(ResourceType type, Message resource) {
    Set<String> reasons = new HashSet<>();
    for (Problem problem : validator.validate(type, resource)) {
      reasons.add(reason(problem));
    }
    return reasons;
  }

  /** Without the path, which inserts shift. */
  private static String reason(Problem problem) {
    return problem.path().replaceAll("\\[\\d+]", "[]") + " " + problem.reason();
  }

  private static <M> List<M> listOf(@Nullable M resource) {
    return resource == null ? List.of() : List.of(resource);
  }
}
