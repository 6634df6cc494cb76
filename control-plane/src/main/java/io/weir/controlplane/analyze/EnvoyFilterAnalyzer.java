package io.weir.controlplane.analyze;

import io.weir.controlplane.patch.ApplyTo;
import io.weir.controlplane.patch.EnvoyFilter;
import io.weir.controlplane.patch.ObjectMatch;
import io.weir.controlplane.patch.Operation;
import io.weir.controlplane.patch.Patch;
import io.weir.controlplane.patch.PatchCodes;
import io.weir.controlplane.patch.PatchContext;
import io.weir.xds.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Findings about EnvoyFilters beyond what reading one finds: Istio's IST0151 and IST0155, and
 * results that depend on nothing but names. IST0152 to IST0154 come with the reading.
 */
public final class EnvoyFilterAnalyzer {

  /**
   * A filter and where it was written.
   *
   * @param source the file's name
   */
  public record Located(EnvoyFilter filter, String source) {}

  /** What an insert is relative to. */
  private record Place(
      ApplyTo applyTo,
      PatchContext context,
      ObjectMatch match,
      Operation operation,
      int priority) {}

  private EnvoyFilterAnalyzer() {}

  public static List<Problem> analyze(List<Located> filters) {
    List<Problem> findings = new ArrayList<>();
    for (Located located : filters) {
      for (Patch patch : located.filter().patches()) {
        relative(located, patch, findings);
      }
    }
    orderDependent(filters, findings);
    return findings;
  }

  private static void relative(Located located, Patch patch, List<Problem> findings) {
    boolean relative =
        switch (patch.operation()) {
          case INSERT_BEFORE, INSERT_AFTER -> true;
          case REPLACE, REMOVE -> isFilter(patch.applyTo());
          case ADD, INSERT_FIRST, MERGE, MERGE_AND_REPLACE_LIST -> false;
        };
    if (!relative || located.filter().priority() != 0) {
      return;
    }
    boolean versioned = patch.proxy().version() != null;
    findings.add(
        finding(
            located,
            patch,
            versioned ? PatchCodes.RELATIVE_OPERATION_WITH_VERSION : PatchCodes.RELATIVE_OPERATION,
            patch.operation()
                + (versioned ? " and proxyVersion" : "")
                + " without a priority: another EnvoyFilter may be applied after it and change"
                + " what it is relative to",
            "set spec.priority, or use INSERT_FIRST or ADD"));
  }

  private static boolean isFilter(ApplyTo applyTo) {
    return applyTo == ApplyTo.HTTP_FILTER
        || applyTo == ApplyTo.NETWORK_FILTER
        || applyTo == ApplyTo.LISTENER_FILTER;
  }

  /** Inserts of different filters at one place: only names and ages decide who comes first. */
  private static void orderDependent(List<Located> filters, List<Problem> findings) {
    Map<Place, Map<String, Located>> byPlace = new LinkedHashMap<>();
    Set<String> told = new HashSet<>();
    for (Located located : filters) {
      EnvoyFilter filter = located.filter();
      for (Patch patch : filter.patches()) {
        if (!inserts(patch)) {
          continue;
        }
        Place place =
            new Place(
                patch.applyTo(),
                patch.context(),
                patch.match(),
                patch.operation(),
                filter.priority());
        Map<String, Located> others = byPlace.computeIfAbsent(place, _ -> new LinkedHashMap<>());
        for (Located other : others.values()) {
          if (mayMeet(other.filter(), filter) && told.add(other.filter().id() + filter.id())) {
            findings.add(
                finding(
                    located,
                    patch,
                    PatchCodes.ORDER_DEPENDENT,
                    "it and "
                        + other.filter().id()
                        + " insert at the same place with the same priority, so age and name"
                        + " decide which comes first",
                    "give them different priorities"));
          }
        }
        others.putIfAbsent(filter.id(), located);
      }
    }
  }

  private static boolean inserts(Patch patch) {
    boolean ordered = isFilter(patch.applyTo()) || patch.applyTo() == ApplyTo.HTTP_ROUTE;
    return ordered
        && switch (patch.operation()) {
          case ADD, INSERT_BEFORE, INSERT_AFTER, INSERT_FIRST -> true;
          case MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> false;
        };
  }

  /** Whether one workload can get both, as far as selectors tell. */
  private static boolean mayMeet(EnvoyFilter a, EnvoyFilter b) {
    if (a.id().equals(b.id())) {
      return false;
    }
    Map<String, String> first = a.selector();
    Map<String, String> second = b.selector();
    if (first == null || second == null) {
      return true;
    }
    return first.entrySet().stream()
        .noneMatch(
            label ->
                second.containsKey(label.getKey())
                    && !label.getValue().equals(second.get(label.getKey())));
  }

  private static Problem finding(
      Located located, Patch patch, String code, String reason, String hint) {
    return new Problem(
        located.source(),
        patch.line(),
        patch.line() == 0 ? 0 : 1,
        located.filter().id() + " spec.configPatches[" + patch.index() + "]",
        reason,
        hint,
        true,
        code);
  }
}
