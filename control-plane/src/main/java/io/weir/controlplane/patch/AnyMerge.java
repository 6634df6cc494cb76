package io.weir.controlplane.patch;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.OpaqueAny;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.codec.SourceMap;
import org.jspecify.annotations.Nullable;

/** Merges what is inside of two typed configurations. */
final class AnyMerge {

  static final String UDPA_TYPED_STRUCT = "udpa.type.v1.TypedStruct";
  static final String XDS_TYPED_STRUCT = "xds.type.v3.TypedStruct";

  private final ProtoMerge merge;

  AnyMerge(ProtoMerge merge) {
    this.merge = merge;
  }

  /**
   * The merged configuration.
   *
   * @throws Refused when the two are of different types
   */
  Any merge(Any target, Any patch) throws Refused {
    String targetType = MessageTypes.nameOf(target.getTypeUrl());
    Any same = MessageTypes.nameOf(patch.getTypeUrl()).equals(targetType) ? patch : null;
    if (same == null && isTypedStruct(patch) && !isTypedStruct(target)) {
      same = unwrap(patch, target.getTypeUrl());
    }
    if (same == null && isTypedStruct(target) && !isTypedStruct(patch)) {
      Any unwrapped = unwrap(target, patch.getTypeUrl());
      return unwrapped == null ? refuse(target, patch) : merge(unwrapped, patch);
    }
    if (same == null) {
      return refuse(target, patch);
    }
    if (OpaqueAny.isOpaque(target.getValue())) {
      throw new Refused("the type " + targetType + " is not known here, so nothing can be merged");
    }
    try {
      Message merged = merge.merge(MessageTypes.unpack(target), MessageTypes.unpack(same));
      return target.toBuilder().setValue(Resource.deterministicBytes(merged)).build();
    } catch (InvalidProtocolBufferException e) {
      throw new Refused("the configuration cannot be read as " + targetType);
    }
  }

  private static Any refuse(Any target, Any patch) throws Refused {
    throw new Refused(
        "a "
            + MessageTypes.nameOf(patch.getTypeUrl())
            + " cannot be merged into a "
            + MessageTypes.nameOf(target.getTypeUrl()));
  }

  static boolean isTypedStruct(Any any) {
    String name = MessageTypes.nameOf(any.getTypeUrl());
    return name.equals(UDPA_TYPED_STRUCT) || name.equals(XDS_TYPED_STRUCT);
  }

  /** The content of a TypedStruct as the type that it names, if that is the wanted one. */
  private static @Nullable Any unwrap(Any typedStruct, String wantedTypeUrl) {
    try {
      SourceMap tree = (SourceMap) ProtoWriter.toTree(MessageTypes.unpack(typedStruct));
      String typeUrl = tree.text("type_url");
      Message prototype = MessageTypes.prototype(wantedTypeUrl);
      if (typeUrl == null
          || prototype == null
          || !MessageTypes.nameOf(typeUrl).equals(MessageTypes.nameOf(wantedTypeUrl))) {
        return null;
      }
      SourceMap value = tree.get("value") instanceof SourceMap map ? map : SourceMap.empty();
      Message message = ProtoReader.read(value, prototype, new ProblemList());
      return message == null
          ? null
          : Any.newBuilder()
              .setTypeUrl(wantedTypeUrl)
              .setValue(Resource.deterministicBytes(message))
              .build();
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /** A merge that cannot be done, with the reason. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String reason) {
      super(reason, null, false, false);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }
}
