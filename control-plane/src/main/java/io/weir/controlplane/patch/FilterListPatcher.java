package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.weir.controlplane.patch.ObjectMatch.FilterName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Applies patches to one list of filters. Single use. */
final class FilterListPatcher<T extends Message> {

  private final FilterKind<T> kind;
  private final ListPatcher<T> list;
  private final PatchSet set;
  private boolean changed;

  FilterListPatcher(FilterKind<T> kind, List<T> filters, PatchSet set) {
    this.kind = kind;
    this.list = new ListPatcher<>(filters);
    this.set = set;
  }

  boolean changed() {
    return changed;
  }

  List<T> items() {
    return list.items();
  }

  /** Applies an operation that changes which filters there are. */
  void apply(OrderedPatch patch, String place) {
    FilterName wanted = wanted(patch.patch());
    Predicate<T> match =
        filter -> wanted != null && wanted.matches(kind.name().apply(filter), kind.typeUrl(filter));
    boolean done =
        switch (patch.operation()) {
          case ADD -> add(patch, value(patch));
          case INSERT_FIRST -> first(value(patch));
          case INSERT_BEFORE ->
              wanted == null ? first(value(patch)) : list.insertBefore(match, value(patch));
          case INSERT_AFTER ->
              wanted == null ? last(value(patch)) : list.insertAfter(match, value(patch));
          case REPLACE -> wanted != null && list.replace(match, value(patch));
          case REMOVE -> wanted != null && list.removeAll(match);
          case MERGE, MERGE_AND_REPLACE_LIST ->
              throw new IllegalStateException("merges come later");
        };
    if (done) {
      changed = true;
      patch.trace().applied(place + ": " + described(patch));
      warnAfterTerminal(patch, place);
    } else {
      failed(patch, wanted);
    }
  }

  private boolean first(T filter) {
    list.addFirst(filter);
    return true;
  }

  private boolean last(T filter) {
    list.addLast(filter);
    return true;
  }

  private boolean add(OrderedPatch patch, T filter) {
    int index = set.asIstio() ? items().size() : FilterPlacement.indexFor(kind, items(), patch);
    if (index != items().size()) {
      patch
          .trace()
          .note(
              PatchCodes.DIFFERS_FROM_ISTIO,
              "Istio puts an added filter behind the last one, whatever its filterClass (B6)");
    }
    list.add(index, filter);
    return true;
  }

  private void warnAfterTerminal(OrderedPatch patch, String place) {
    if (!patch.trace().on() || patch.operation() == Operation.REMOVE) {
      return;
    }
    for (int i = 0; i < items().size() - 1; i++) {
      String type = kind.typeUrl(items().get(i));
      if (FilterPlacement.isTerminal(type)) {
        patch
            .trace()
            .note(
                PatchCodes.AFTER_TERMINAL,
                place
                    + ": "
                    + kind.name().apply(items().get(i + 1))
                    + " stands behind the terminal filter "
                    + kind.name().apply(items().get(i))
                    + "; a proxy refuses that");
        return;
      }
    }
  }

  private String described(OrderedPatch patch) {
    return switch (patch.operation()) {
      case REMOVE -> "removed " + text(wanted(patch.patch()));
      case REPLACE -> "replaced " + text(wanted(patch.patch()));
      default ->
          "put in " + kind.name().apply(value(patch)) + " at " + items().indexOf(value(patch));
    };
  }

  private static String text(@Nullable FilterName name) {
    return name == null ? "" : name.text();
  }

  private void failed(OrderedPatch patch, @Nullable FilterName wanted) {
    if (!patch.trace().on()) {
      return;
    }
    if (wanted == null) {
      patch
          .trace()
          .failsBecause(
              kind.nameCondition(),
              patch.operation() + " needs the name of a filter; none is given");
      return;
    }
    if (items().isEmpty()) {
      patch.trace().fails(kind.nameCondition(), wanted.text(), "");
    }
    for (T filter : items()) {
      patch.trace().fails(kind.nameCondition(), wanted.text(), kind.name().apply(filter));
    }
  }

  /** Merges a patch into one filter of the list. */
  void merge(OrderedPatch patch, int index, String place) {
    T filter = items().get(index);
    T merged = FilterMerge.merge(kind, patch, filter, place, set.asIstio());
    if (merged != filter) {
      changed = true;
      items().set(index, merged);
    }
  }

  /** Merges into the listener filters that the patch names; into all when it names none. */
  void mergeListenerFilter(OrderedPatch patch, String place) {
    String wanted = ListenerMatching.listenerFilter(patch.patch());
    if (set.asIstio()) {
      istioListenerFilterMerge(patch, place);
      return;
    }
    boolean found = false;
    for (int i = 0; i < items().size(); i++) {
      if (wanted.isEmpty() || wanted.equals(kind.name().apply(items().get(i)))) {
        found = true;
        merge(patch, i, place);
      }
    }
    if (!found) {
      failed(patch, new FilterName(wanted, ""));
    } else if (items().size() > 1 && !wanted.isEmpty()) {
      patch
          .trace()
          .note(
              PatchCodes.DIFFERS_FROM_ISTIO,
              "Istio merges into every listener filter, whatever listenerFilter names (B3)");
    }
  }

  /** There every filter is merged, a name never changes, and a clash of types undoes all. */
  private void istioListenerFilterMerge(OrderedPatch patch, String place) {
    List<T> before = new ArrayList<>(items());
    try {
      for (int i = 0; i < items().size(); i++) {
        String name = kind.name().apply(items().get(i));
        merge(patch, i, place);
        items().set(i, kind.named().apply(items().get(i), name));
      }
    } catch (Poisoned e) {
      items().clear();
      items().addAll(before);
      changed = false;
    }
  }

  private @Nullable FilterName wanted(Patch patch) {
    return switch (patch.applyTo()) {
      case HTTP_FILTER -> ListenerMatching.httpFilter(patch);
      case NETWORK_FILTER -> ListenerMatching.networkFilter(patch);
      default -> {
        String name = ListenerMatching.listenerFilter(patch);
        yield name.isEmpty() ? null : new FilterName(name, "");
      }
    };
  }

  @SuppressWarnings("unchecked") // the reader made the message that the target takes
  private T value(OrderedPatch patch) {
    return (T) patch.patch().message();
  }
}
