package io.weir.controlplane.patch;

import com.google.protobuf.Any;
import com.google.protobuf.Message;

/** Merges a patch into a filter: its name, and what is inside of its typed configuration. */
final class FilterMerge {

  private FilterMerge() {}

  /** The merged filter; the same object when nothing was merged. */
  static <T extends Message> T merge(
      FilterKind<T> kind, OrderedPatch patch, T filter, String place, boolean asIstio) {
    String name = kind.name().apply(filter);
    if (!kind.hasConfig().test(filter)) {
      patch.trace().failsBecause(kind.nameCondition(), name + " has no typed_config to merge into");
      return filter;
    }
    if (asIstio && patch.operation() == Operation.MERGE_AND_REPLACE_LIST) {
      patch
          .trace()
          .failsBecause(
              kind.nameCondition(), "Istio ignores " + patch.operation() + " for filters");
      return filter;
    }
    try {
      T merged = merged(kind, patch, filter, asIstio);
      patch.trace().applied(place + ": merged into " + name);
      if (patch.operation() == Operation.MERGE_AND_REPLACE_LIST) {
        patch
            .trace()
            .note(
                PatchCodes.DIFFERS_FROM_ISTIO,
                "Istio ignores " + patch.operation() + " for filters (B4)");
      }
      return merged;
    } catch (AnyMerge.Refused e) {
      patch.trace().failsBecause(Trace.Condition.VALUE, e.reason());
      patch
          .trace()
          .note(
              PatchCodes.TYPE_MISMATCH,
              place
                  + ": "
                  + e.reason()
                  + "; only this patch is left out, Istio drops others with it (B1)");
      if (asIstio) {
        throw new Poisoned();
      }
      return filter;
    }
  }

  @SuppressWarnings("unchecked") // a JSON merge keeps the class of its target
  private static <T extends Message> T merged(
      FilterKind<T> kind, OrderedPatch patch, T filter, boolean asIstio) throws AnyMerge.Refused {
    PatchValue value = java.util.Objects.requireNonNull(patch.patch().value());
    if (value.jsonMerge() && !asIstio) {
      return (T) JsonMerge.merge(filter, value.tree());
    }
    T user = (T) value.message();
    T merged = filter;
    if (kind.hasConfig().test(user)) {
      Any config =
          new AnyMerge(ProtoMerge.of(patch.operation()))
              .merge(kind.config().apply(filter), kind.config().apply(user));
      merged = kind.typed().apply(merged, config);
    }
    String name = kind.name().apply(user);
    return name.isEmpty() ? merged : kind.named().apply(merged, name);
  }
}
