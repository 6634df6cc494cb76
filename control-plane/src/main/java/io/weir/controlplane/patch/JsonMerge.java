package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges by RFC 7396: maps are merged, null deletes, everything else replaces. It reaches into
 * typed configurations of the same type, and it can set false and 0.
 */
final class JsonMerge {

  private JsonMerge() {}

  /**
   * The merged message, of the class of {@code target}.
   *
   * @param patch as it was written
   */
  static Message merge(Message target, SourceMap patch) throws AnyMerge.Refused {
    SourceMap tree = (SourceMap) ProtoWriter.toTree(target);
    SourceMap merged = merge(tree, patch);
    ProblemList problems = new ProblemList();
    Message read =
        ProtoReader.read(
            merged,
            target.getDefaultInstanceForType(),
            problems,
            ProtoReader.UnknownFields.KEEP_TYPES);
    if (read == null) {
      Problem first = problems.errors().getFirst();
      throw new AnyMerge.Refused(first.path() + ": " + first.reason());
    }
    return read;
  }

  private static SourceMap merge(SourceMap target, SourceMap patch) throws AnyMerge.Refused {
    checkType(target, patch);
    SourceMap result = target;
    for (SourceMap.Entry entry : patch.entries()) {
      SourceMap.Entry present = find(result, entry.key());
      String key = present == null ? entry.key() : present.key();
      if (entry.value() instanceof SourceScalar scalar && scalar.isNull()) {
        result = result.without(key);
      } else if (entry.value() instanceof SourceMap inner
          && present != null
          && present.value() instanceof SourceMap old) {
        result = result.with(key, merge(old, inner));
      } else {
        result = result.with(key, withoutNulls(entry.value()));
      }
    }
    return result;
  }

  private static void checkType(SourceMap target, SourceMap patch) throws AnyMerge.Refused {
    String had = target.text("@type");
    String wanted = patch.text("@type");
    if (had != null && wanted != null && !Objects.equals(had, wanted)) {
      throw new AnyMerge.Refused("a " + wanted + " cannot be merged into a " + had);
    }
  }

  private static SourceNode withoutNulls(SourceNode node) {
    if (!(node instanceof SourceMap map)) {
      return node;
    }
    SourceMap result = map;
    for (SourceMap.Entry entry : map.entries()) {
      result =
          entry.value() instanceof SourceScalar scalar && scalar.isNull()
              ? result.without(entry.key())
              : result.with(entry.key(), withoutNulls(entry.value()));
    }
    return result;
  }

  /** The target is in snake case, the patch may be in either. */
  private static SourceMap.@Nullable Entry find(SourceMap map, String key) {
    SourceMap.Entry exact = map.entry(key);
    if (exact != null) {
      return exact;
    }
    for (SourceMap.Entry entry : map.entries()) {
      if (entry.key().replace("_", "").equalsIgnoreCase(key.replace("_", ""))) {
        return entry;
      }
    }
    return null;
  }
}
