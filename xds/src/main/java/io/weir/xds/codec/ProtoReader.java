package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.ProblemList;
import org.jspecify.annotations.Nullable;

/**
 * Turns a tree into a message by the rules of proto3's JSON form, strictly: an unknown field, a
 * wrong type or an unknown {@code @type} is a problem with its position and path, and all of them
 * are found in one pass. Field names may be in either spelling. Fields that are newer than the
 * compiled messages end up in the unknown field set; {@link NewerFields} reads them back.
 *
 * <p>The tree is encoded to the wire by descriptors and then parsed. That needs neither the
 * reflective accessors of generated messages, which are slow to set up, nor a registry of types.
 */
public final class ProtoReader {

  /** What happens to a field that no message knows. */
  public enum UnknownFields {
    /** It is a problem. */
    REFUSE,
    /** It is left out, with a warning; for patch values, which Istio reads leniently. */
    WARN,
    /**
     * As {@link #WARN}, and an {@code Any} of unknown type is kept as {@link OpaqueAny}; for dumps
     * of other systems.
     */
    KEEP_TYPES
  }

  private ProtoReader() {}

  /** The message, or null when problems were reported. */
  public static <M extends Message> @Nullable M read(
      SourceNode node, M prototype, ProblemList problems) {
    return read(node, prototype, problems, UnknownFields.REFUSE);
  }

  @SuppressWarnings("unchecked") // the parser of a prototype makes messages of its class
  public static <M extends Message> @Nullable M read(
      SourceNode node, M prototype, ProblemList problems, UnknownFields unknownFields) {
    int before = problems.count();
    MessageEncoder encoder = new MessageEncoder(problems, unknownFields);
    ByteString bytes = encoder.encodeRoot(node, prototype.getDescriptorForType());
    if (problems.count() > before) {
      return null;
    }
    try {
      return (M) prototype.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      problems.add(node.line(), node.column(), "", "messages are nested too deeply", "");
      return null;
    }
  }
}
