package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import java.util.Objects;

/** Merges a patch into an object that is no filter. */
final class ObjectMerge {

  private ObjectMerge() {}

  /** By the rules of {@link ProtoMerge} or of JSON, as the patch says. */
  @SuppressWarnings("unchecked") // a merge keeps the class of its target
  static <M extends Message> M plain(OrderedPatch patch, M target, String place) {
    PatchValue value = Objects.requireNonNull(patch.patch().value());
    if (value.jsonMerge()) {
      return json(patch, target, place);
    }
    patch.trace().applied(place);
    return ProtoMerge.of(patch.operation()).merge(target, (M) value.message());
  }

  @SuppressWarnings("unchecked") // a merge keeps the class of its target
  static <M extends Message> M json(OrderedPatch patch, M target, String place) {
    try {
      M merged = (M) JsonMerge.merge(target, Objects.requireNonNull(patch.patch().value()).tree());
      patch.trace().applied(place);
      return merged;
    } catch (AnyMerge.Refused e) {
      patch.trace().failsBecause(Trace.Condition.VALUE, e.reason());
      patch.trace().note(PatchCodes.TYPE_MISMATCH, place + ": " + e.reason());
      return target;
    }
  }
}
