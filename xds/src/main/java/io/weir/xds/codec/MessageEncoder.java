package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.weir.xds.Nearest;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes trees as messages on the wire, in field order so that equal trees give equal bytes.
 * Reports what cannot be encoded and goes on, so that one pass finds everything. Not thread-safe.
 */
final class MessageEncoder {

  private static final int MAX_DEPTH = 90;
  private static final String TYPE = "@type";

  private final ProblemList problems;
  private final ProtoReader.UnknownFields unknownFields;
  private int depth;

  MessageEncoder(ProblemList problems, ProtoReader.UnknownFields unknownFields) {
    this.problems = problems;
    this.unknownFields = unknownFields;
  }

  ByteString encodeRoot(SourceNode node, Descriptor type) {
    return message(node, type, "");
  }

  /** The wire form of a message without its tag and length; empty when it cannot be encoded. */
  private ByteString message(SourceNode node, Descriptor type, String path) {
    if (++depth > MAX_DEPTH) {
      depth--;
      return refuse(node, path, "messages are nested deeper than " + MAX_DEPTH + " levels", "");
    }
    try {
      if (type.getFullName().equals("google.protobuf.Any")) {
        return any(node, path);
      }
      WellKnown wellKnown = WellKnown.of(type);
      return wellKnown == null ? fields(node, type, path, false) : wellKnown(wellKnown, node, path);
    } finally {
      depth--;
    }
  }

  private ByteString wellKnown(WellKnown wellKnown, SourceNode node, String path) {
    try {
      return wellKnown.encode(node);
    } catch (WrongValue e) {
      return refuse(e.node() == null ? node : e.node(), path + e.path(), e.reason(), e.hint());
    }
  }

  private ByteString any(SourceNode node, String path) {
    if (!(node instanceof SourceMap map)) {
      return refuse(node, path, "a message with '@type' is wanted, not " + node.describe(), "");
    }
    if (map.entries().isEmpty()) {
      return ByteString.EMPTY;
    }
    String typeUrl = map.text(TYPE);
    if (typeUrl == null) {
      return refuse(
          node, path, "'@type' is missing", "'@type': " + ResourceType.TYPE_URL_PREFIX + "...");
    }
    SourceNode at = java.util.Objects.requireNonNull(map.get(TYPE));
    if (typeUrl.indexOf('/') < 0) {
      return refuse(
          at,
          ProblemList.join(path, TYPE),
          typeUrl + " is no type URL",
          "write " + ResourceType.TYPE_URL_PREFIX + typeUrl);
    }
    Descriptor type = MessageTypes.descriptor(typeUrl);
    if (type == null && unknownFields == ProtoReader.UnknownFields.KEEP_TYPES) {
      return packed(typeUrl, OpaqueAny.pack(map.without(TYPE)));
    }
    if (type == null) {
      return refuse(
          at,
          ProblemList.join(path, TYPE),
          "unknown message type " + typeUrl,
          MessageTypes.hintFor(typeUrl));
    }
    ByteString value =
        WellKnown.of(type) == null && !type.getFullName().equals("google.protobuf.Any")
            ? fields(map, type, path, true)
            : wrapped(map, type, path);
    return packed(typeUrl, value);
  }

  private static ByteString packed(String typeUrl, ByteString value) {
    return encode(
        out -> {
          out.writeString(1, typeUrl);
          if (!value.isEmpty()) {
            out.writeBytes(2, value);
          }
        });
  }

  /** A type with a JSON form of its own stands under "value" inside an Any. */
  private ByteString wrapped(SourceMap map, Descriptor type, String path) {
    for (SourceMap.Entry entry : map.entries()) {
      if (!entry.key().equals(TYPE) && !entry.key().equals("value")) {
        unknown(entry, path, type, List.of("value"));
      }
    }
    SourceNode value = map.get("value");
    return value == null ? ByteString.EMPTY : message(value, type, ProblemList.join(path, "value"));
  }

  private record Chunk(int number, ByteString bytes) {}

  private ByteString fields(SourceNode node, Descriptor type, String path, boolean insideAny) {
    if (!(node instanceof SourceMap map)) {
      return refuse(
          node, path, "a map (" + type.getFullName() + ") is wanted, not " + node.describe(), "");
    }
    List<Chunk> chunks = new ArrayList<>(map.entries().size());
    Map<FieldDescriptor, SourceMap.Entry> seen = new HashMap<>();
    Map<String, SourceMap.Entry> oneofs = new HashMap<>();
    for (SourceMap.Entry entry : map.entries()) {
      if (insideAny && entry.key().equals(TYPE)) {
        continue;
      }
      FieldDescriptor field = FieldNames.find(type, entry.key());
      if (field == null) {
        unknown(entry, path, type, FieldNames.all(type));
        continue;
      }
      String fieldPath = ProblemList.join(path, field.getName());
      if (isAbsent(field, entry.value())) {
        continue;
      }
      SourceMap.Entry earlier = seen.putIfAbsent(field, entry);
      if (earlier != null) {
        problems.add(
            entry.line(),
            entry.column(),
            fieldPath,
            entry.key() + " and " + earlier.key() + " are two spellings of one field",
            "keep one");
        continue;
      }
      checkOneof(field, entry, oneofs, fieldPath);
      ByteString bytes = field(field, entry.value(), fieldPath);
      if (!bytes.isEmpty()) {
        chunks.add(new Chunk(field.getNumber(), bytes));
      }
    }
    chunks.sort(Comparator.comparingInt(Chunk::number));
    return joined(chunks);
  }

  private static ByteString joined(List<Chunk> chunks) {
    if (chunks.isEmpty()) {
      return ByteString.EMPTY;
    }
    if (chunks.size() == 1) {
      return chunks.getFirst().bytes();
    }
    ByteString.Output out = ByteString.newOutput();
    try {
      for (Chunk chunk : chunks) {
        chunk.bytes().writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteString();
  }

  /** JSON null means that a field is not set, except where null is a value. */
  private static boolean isAbsent(FieldDescriptor field, SourceNode value) {
    if (!(value instanceof SourceScalar scalar && scalar.isNull())) {
      return false;
    }
    boolean takesNull =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getFullName().equals("google.protobuf.Value");
          case ENUM -> field.getEnumType().getFullName().equals("google.protobuf.NullValue");
          default -> false;
        };
    return !takesNull || field.isRepeated();
  }

  private void checkOneof(
      FieldDescriptor field,
      SourceMap.Entry entry,
      Map<String, SourceMap.Entry> oneofs,
      String path) {
    var oneof = field.getRealContainingOneof();
    if (oneof == null) {
      return;
    }
    SourceMap.Entry earlier = oneofs.putIfAbsent(oneof.getName(), entry);
    if (earlier != null) {
      problems.add(
          entry.line(),
          entry.column(),
          path,
          entry.key() + " and " + earlier.key() + " exclude each other (" + oneof.getName() + ")",
          "keep one");
    }
  }

  private ByteString field(FieldDescriptor field, SourceNode node, String path) {
    if (field.isMapField()) {
      return map(field, node, path);
    }
    return field.isRepeated() ? list(field, node, path) : single(field, node, path, false);
  }

  private ByteString list(FieldDescriptor field, SourceNode node, String path) {
    if (!(node instanceof SourceList list)) {
      return refuse(
          node, path, "a list is wanted, not " + node.describe(), "write - before each item");
    }
    ByteString.Output out = ByteString.newOutput();
    ByteString.Output packed = ByteString.newOutput();
    boolean pack = field.isPacked();
    for (int i = 0; i < list.items().size(); i++) {
      SourceNode item = list.items().get(i);
      String itemPath = path + "[" + i + "]";
      if (item instanceof SourceScalar scalar && scalar.isNull() && !takesNullItems(field)) {
        refuse(item, itemPath, "null cannot be an item", "remove it");
        continue;
      }
      try {
        if (pack) {
          scalarPayload(field, item, itemPath).writeTo(packed);
        } else {
          single(field, item, itemPath, true).writeTo(out);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pack && packed.size() > 0
        ? encode(o -> o.writeBytes(field.getNumber(), packed.toByteString()))
        : out.toByteString();
  }

  private static boolean takesNullItems(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals("google.protobuf.Value");
  }

  private ByteString map(FieldDescriptor field, SourceNode node, String path) {
    if (!(node instanceof SourceMap map)) {
      return refuse(node, path, "a map is wanted, not " + node.describe(), "");
    }
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    List<SourceMap.Entry> sorted = new ArrayList<>(map.entries());
    sorted.sort(Comparator.comparing(SourceMap.Entry::key));
    ByteString all = ByteString.EMPTY;
    for (SourceMap.Entry entry : sorted) {
      String entryPath = path + "[\"" + entry.key() + "\"]";
      SourceScalar keyNode =
          new SourceScalar(
              entry.key(),
              key.getJavaType() == FieldDescriptor.JavaType.BOOLEAN
                  ? CoreSchema.kindOf(entry.key())
                  : SourceScalar.Kind.STRING,
              entry.line(),
              entry.column());
      if (entry.value() instanceof SourceScalar scalar
          && scalar.isNull()
          && !takesNullItems(value)) {
        refuse(entry.value(), entryPath, "null cannot be a value here", "remove the key");
        continue;
      }
      ByteString pair =
          single(key, keyNode, entryPath, true)
              .concat(single(value, entry.value(), entryPath, true));
      all = all.concat(encode(out -> out.writeBytes(field.getNumber(), pair)));
    }
    return all;
  }

  /**
   * One value with its tag.
   *
   * @param always also a default value of a field without presence is written
   */
  private ByteString single(FieldDescriptor field, SourceNode node, String path, boolean always) {
    if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
      int before = problems.count();
      ByteString body = message(node, field.getMessageType(), path);
      return problems.count() > before
          ? ByteString.EMPTY
          : encode(out -> out.writeBytes(field.getNumber(), body));
    }
    ByteString payload = scalarPayload(field, node, path);
    if (payload.isEmpty() || (!always && !field.hasPresence() && isZero(payload))) {
      return ByteString.EMPTY;
    }
    int wireType = field.getLiteType().getWireType();
    return encode(out -> out.writeUInt32NoTag(tag(field.getNumber(), wireType))).concat(payload);
  }

  private ByteString scalarPayload(FieldDescriptor field, SourceNode node, String path) {
    try {
      return ScalarEncoding.encode(field, node);
    } catch (WrongValue e) {
      return refuse(node, path, e.reason(), e.hint());
    }
  }

  /** Zero, false, an empty string and 0.0 have only zero bytes on the wire; -0.0 has not. */
  private static boolean isZero(ByteString payload) {
    for (int i = 0; i < payload.size(); i++) {
      if (payload.byteAt(i) != 0) {
        return false;
      }
    }
    return true;
  }

  private void unknown(SourceMap.Entry entry, String path, Descriptor type, List<String> allowed) {
    String fieldPath = ProblemList.join(path, entry.key());
    String reason = "unknown field " + entry.key() + " in " + type.getFullName();
    String hint = Nearest.hint(entry.key(), allowed);
    if (unknownFields != ProtoReader.UnknownFields.REFUSE) {
      problems.warn(entry.line(), entry.column(), fieldPath, reason + " is left out", hint);
    } else {
      problems.add(entry.line(), entry.column(), fieldPath, reason, hint);
    }
  }

  private ByteString refuse(@Nullable SourceNode node, String path, String reason, String hint) {
    problems.add(
        node == null ? 0 : node.line(), node == null ? 0 : node.column(), path, reason, hint);
    return ByteString.EMPTY;
  }

  @FunctionalInterface
  interface Output {
    void to(CodedOutputStream out) throws IOException;
  }

  static ByteString encode(Output content) {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
    try {
      content.to(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteString();
  }

  static int tag(int number, int wireType) {
    return number << 3 | wireType;
  }
}
