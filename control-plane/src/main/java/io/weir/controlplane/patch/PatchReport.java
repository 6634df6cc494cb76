package io.weir.controlplane.patch;

import io.weir.xds.ResourceType;
import java.util.List;

/** What became of each patch of all EnvoyFilters, in the order of application. */
public final class PatchReport {

  /**
   * One patch.
   *
   * @param applied descriptions of the objects that it changed, added or removed
   * @param failure when it changed none, the first condition that failed where it came nearest
   * @param notes what its author should know besides
   */
  public record Entry(
      EnvoyFilter filter, Patch patch, List<String> applied, String failure, List<String> notes) {

    /** Whether the patch did something. */
    public boolean matched() {
      return !applied.isEmpty();
    }

    /** {@code namespace/name configPatches[2]}. */
    public String id() {
      return filter.id() + " configPatches[" + patch.index() + "]";
    }
  }

  private final List<OrderedPatch> patches;

  PatchReport(List<OrderedPatch> patches) {
    this.patches = List.copyOf(patches);
  }

  public List<Entry> entries() {
    return patches.stream().map(PatchReport::entry).toList();
  }

  /** The patches that changed, added or removed this resource, in the order of application. */
  public List<Entry> changing(ResourceType type, String resource) {
    return patches.stream()
        .filter(
            ordered ->
                ordered.trace().places().stream()
                    .anyMatch(place -> place.type() == type && place.resource().equals(resource)))
        .map(PatchReport::entry)
        .toList();
  }

  private static Entry entry(OrderedPatch ordered) {
    Trace trace = ordered.trace();
    List<String> places = trace.places().stream().map(Trace.Place::description).toList();
    return new Entry(
        ordered.filter(),
        ordered.patch(),
        places,
        places.isEmpty() ? failure(ordered) : "",
        trace.notes());
  }

  private static String failure(OrderedPatch ordered) {
    Patch patch = ordered.patch();
    String failure = ordered.trace().failure();
    if (!patch.operation().worksOn(patch.applyTo())) {
      return patch.operation() + " does nothing for " + patch.applyTo();
    }
    return failure.isEmpty() ? "the proxy has no object of this kind" : failure;
  }
}
