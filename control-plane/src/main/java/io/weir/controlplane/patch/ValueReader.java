package io.weir.controlplane.patch;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceScalar;
import org.jspecify.annotations.Nullable;

/** Turns the value of a patch into the message of its target, and tells what will not work. */
final class ValueReader {

  private final ProblemList problems;

  ValueReader(ProblemList problems) {
    this.problems = problems;
  }

  /** Null when the value is not such a message, which is reported. */
  @Nullable PatchValue read(
      SourceMap.Entry entry, ApplyTo applyTo, Operation operation, String path, boolean jsonMerge) {
    if (!(entry.value() instanceof SourceMap tree)) {
      problems.add(
          entry.value().line(),
          entry.value().column(),
          path,
          "must be a map, not " + entry.value().describe(),
          "");
      return null;
    }
    ProblemList found = new ProblemList(problems.source());
    Message message =
        ProtoReader.read(tree, applyTo.prototype(), found.at(path), ProtoReader.UnknownFields.WARN);
    for (Problem problem : found.all()) {
      ProblemList target = problem.warning() ? problems.coded(PatchCodes.UNKNOWN_FIELD) : problems;
      if (problem.warning()) {
        target.warn(
            problem.line(), problem.column(), problem.path(), problem.reason(), problem.hint());
      } else {
        target.add(
            problem.line(), problem.column(), problem.path(), problem.reason(), problem.hint());
      }
    }
    if (message == null) {
      return null;
    }
    if (operation.isMerge() && !jsonMerge) {
      warnOfZeros(tree, applyTo.prototype().getDescriptorForType(), path, operation);
    }
    if (applyTo.isFilter() && !operation.isMerge()) {
      warnOfMissingType(message, tree, path);
    }
    return new PatchValue(message, tree, jsonMerge && operation.isMerge());
  }

  private void warnOfMissingType(Message filter, SourceMap tree, String path) {
    FieldDescriptor typed = filter.getDescriptorForType().findFieldByName("typed_config");
    FieldDescriptor discovery = filter.getDescriptorForType().findFieldByName("config_discovery");
    boolean discovered = discovery != null && filter.hasField(discovery);
    if (!filter.hasField(typed) && !discovered) {
      problems
          .coded(PatchCodes.NO_TYPED_CONFIG)
          .warn(
              tree.line(),
              tree.column(),
              path,
              "the filter has no typed_config",
              "Envoy finds filters by the '@type' of their typed_config");
    }
  }

  /** proto3 does not tell an explicit false or 0 from an absent field. */
  private void warnOfZeros(SourceMap map, Descriptor type, String path, Operation operation) {
    for (SourceMap.Entry entry : map.entries()) {
      FieldDescriptor field = MessageTypes.field(type, entry.key());
      if (field == null || field.isRepeated()) {
        continue; // list items are appended and map entries replaced as they are
      }
      String fieldPath = ProblemList.join(path, entry.key());
      if (entry.value() instanceof SourceScalar scalar) {
        if (EnvoyFilterReader.isZero(scalar) && isLost(field)) {
          problems
              .coded(PatchCodes.CANNOT_SET_ZERO)
              .warn(
                  scalar.line(),
                  scalar.column(),
                  fieldPath,
                  operation + " cannot set " + scalar.text() + " over another value",
                  "annotate the resource with " + EnvoyFilterReader.JSON_MERGE + ": json");
        }
      } else if (entry.value() instanceof SourceMap inner) {
        Descriptor innerType = innerType(field, inner);
        if (innerType != null) {
          warnOfZeros(inner, innerType, fieldPath, operation);
        }
      }
    }
  }

  /** Fields that know whether they are set keep a zero; wrappers recurse into one that does not. */
  private static boolean isLost(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? field.getMessageType().getFullName().endsWith("Value")
            && !field.getMessageType().getFullName().equals("google.protobuf.Value")
        : !field.hasPresence();
  }

  private static @Nullable Descriptor innerType(FieldDescriptor field, SourceMap value) {
    if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return null;
    }
    Descriptor type = field.getMessageType();
    if (type.getFullName().equals("google.protobuf.Any")) {
      String typeUrl = value.text("@type");
      return typeUrl == null ? null : MessageTypes.descriptor(typeUrl);
    }
    return type.getFullName().startsWith("google.protobuf.") ? null : type;
  }
}
