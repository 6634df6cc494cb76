package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.codec.SourceScalar.Kind;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages into trees and texts by the rules of proto3's JSON form: set fields only, in field
 * order, {@code Any} expanded where its type is known, newer fields included. What it writes,
 * {@link ProtoReader} reads back.
 *
 * <p>It works on {@link DynamicMessage}s, because setting up the accessors of generated messages
 * costs more than parsing a message anew.
 */
public final class ProtoWriter {

  private final JsonNames names;

  private ProtoWriter(JsonNames names) {
    this.names = names;
  }

  /** One line of JSON. */
  public static String toJson(Message message) {
    return toJson(message, JsonNames.PROTO);
  }

  public static String toJson(Message message, JsonNames names) {
    return JsonText.compact(toTree(message, names));
  }

  /** JSON over several lines, indented by one blank, as Envoy prints it. */
  public static String toPrettyJson(Message message) {
    return JsonText.pretty(toTree(message));
  }

  public static String toYaml(Message message) {
    return YamlText.of(toTree(message));
  }

  /** The message as a tree: a map, except for the types with a JSON form of their own. */
  public static SourceNode toTree(Message message) {
    return toTree(message, JsonNames.PROTO);
  }

  public static SourceNode toTree(Message message, JsonNames names) {
    return new ProtoWriter(names).message(dynamic(message));
  }

  private static DynamicMessage dynamic(Message message) {
    if (message instanceof DynamicMessage dynamic) {
      return dynamic;
    }
    try {
      return DynamicMessage.parseFrom(message.getDescriptorForType(), message.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }

  private SourceNode message(DynamicMessage message) {
    Descriptor type = message.getDescriptorForType();
    String name = type.getFullName();
    if (name.startsWith("google.protobuf.")) {
      if (name.equals("google.protobuf.Any")) {
        return any(message);
      }
      SourceNode special = WellKnownText.of(message);
      if (special != null) {
        return special;
      }
    }
    List<SourceMap.Entry> entries = new ArrayList<>();
    fields(message, entries);
    return new SourceMap(entries, 0, 0);
  }

  private void fields(DynamicMessage message, List<SourceMap.Entry> entries) {
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      entries.add(entry(field.getKey(), field.getValue()));
    }
    DynamicMessage newer = NewerFields.read(message);
    if (newer != null) {
      newer.getAllFields().forEach((field, value) -> entries.add(entry(field, value)));
    }
  }

  private SourceMap.Entry entry(FieldDescriptor field, Object value) {
    String name = names == JsonNames.PROTO ? field.getName() : field.getJsonName();
    SourceNode node;
    if (field.isMapField()) {
      node = map((List<?>) value);
    } else if (field.isRepeated()) {
      node = SourceList.of(((List<?>) value).stream().map(item -> single(field, item)).toList());
    } else {
      node = single(field, value);
    }
    return new SourceMap.Entry(name, node, 0, 0);
  }

  private SourceMap map(List<?> pairs) {
    List<SourceMap.Entry> entries = new ArrayList<>();
    for (Object pair : pairs) {
      DynamicMessage entry = (DynamicMessage) pair;
      FieldDescriptor key = entry.getDescriptorForType().findFieldByNumber(1);
      FieldDescriptor value = entry.getDescriptorForType().findFieldByNumber(2);
      String text = String.valueOf(entry.getField(key));
      entries.add(new SourceMap.Entry(text, single(value, entry.getField(value)), 0, 0));
    }
    entries.sort(Comparator.comparing(SourceMap.Entry::key));
    return new SourceMap(entries, 0, 0);
  }

  private SourceNode single(FieldDescriptor field, Object value) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? message((DynamicMessage) value)
        : scalar(field, value);
  }

  private SourceNode any(DynamicMessage any) {
    Descriptor type = any.getDescriptorForType();
    String typeUrl = (String) any.getField(type.findFieldByNumber(1));
    ByteString value = (ByteString) any.getField(type.findFieldByNumber(2));
    if (typeUrl.isEmpty()) {
      return SourceMap.empty();
    }
    List<SourceMap.Entry> entries = new ArrayList<>();
    entries.add(new SourceMap.Entry("@type", SourceScalar.ofString(typeUrl), 0, 0));
    SourceMap opaque = OpaqueAny.unpack(value);
    if (opaque != null) {
      entries.addAll(opaque.entries());
      return new SourceMap(entries, 0, 0);
    }
    DynamicMessage inner = unpack(typeUrl, value);
    if (inner == null) {
      String bytes = Base64.getEncoder().encodeToString(value.toByteArray());
      entries.add(new SourceMap.Entry("value", SourceScalar.ofString(bytes), 0, 0));
      return new SourceMap(entries, 0, 0);
    }
    boolean special =
        WellKnown.of(inner.getDescriptorForType()) != null
            || inner.getDescriptorForType().getFullName().equals("google.protobuf.Any");
    if (special) {
      entries.add(new SourceMap.Entry("value", message(inner), 0, 0));
    } else {
      fields(inner, entries);
    }
    return new SourceMap(entries, 0, 0);
  }

  private static @Nullable DynamicMessage unpack(String typeUrl, ByteString value) {
    Descriptor type = MessageTypes.descriptor(typeUrl);
    if (type == null) {
      return null;
    }
    try {
      return DynamicMessage.parseFrom(type, value);
    } catch (InvalidProtocolBufferException e) {
      return null; // shown as opaque bytes
    }
  }

  static SourceScalar scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case BOOL -> new SourceScalar(value.toString(), Kind.BOOLEAN, 0, 0);
      case INT32, SINT32, SFIXED32 -> new SourceScalar(value.toString(), Kind.INTEGER, 0, 0);
      case UINT32, FIXED32 ->
          new SourceScalar(Integer.toUnsignedString((Integer) value), Kind.INTEGER, 0, 0);
      case INT64, SINT64, SFIXED64 -> SourceScalar.ofString(value.toString());
      case UINT64, FIXED64 -> SourceScalar.ofString(Long.toUnsignedString((Long) value));
      case FLOAT -> WellKnownText.number((Float) value, value.toString());
      case DOUBLE -> WellKnownText.number((Double) value, value.toString());
      case BYTES ->
          SourceScalar.ofString(
              Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case STRING -> SourceScalar.ofString((String) value);
      case ENUM -> enumValue((EnumValueDescriptor) value);
      case MESSAGE, GROUP -> throw new IllegalStateException(field + " is no scalar");
    };
  }

  private static SourceScalar enumValue(EnumValueDescriptor value) {
    if (value.getType().getFullName().equals("google.protobuf.NullValue")) {
      return new SourceScalar("null", Kind.NULL, 0, 0);
    }
    if (value.getIndex() >= 0) {
      return SourceScalar.ofString(value.getName());
    }
    String newer = NewerFields.enumName(value.getType(), value.getNumber());
    return newer == null
        ? new SourceScalar(Integer.toString(value.getNumber()), Kind.INTEGER, 0, 0)
        : SourceScalar.ofString(Objects.requireNonNull(newer));
  }
}
