package io.weir.controlplane.patch;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.weir.xds.codec.NewerFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Merges messages as Istio does: set scalars overwrite, messages recurse, lists append (or are
 * replaced), map entries are replaced key by key, durations are replaced whole. Protobuf's own
 * mergeFrom differs in the last two.
 */
final class ProtoMerge {

  /** What becomes of a list that is in both messages. */
  enum Lists {
    APPEND,
    REPLACE
  }

  private final Lists lists;

  ProtoMerge(Lists lists) {
    this.lists = lists;
  }

  static ProtoMerge of(Operation operation) {
    return new ProtoMerge(
        operation == Operation.MERGE_AND_REPLACE_LIST ? Lists.REPLACE : Lists.APPEND);
  }

  @SuppressWarnings("unchecked") // a message builds its own class
  <M extends Message> M merge(M target, M patch) {
    Message.Builder builder = target.toBuilder();
    mergeInto(builder, patch);
    return (M) builder.build();
  }

  void mergeInto(Message.Builder target, Message patch) {
    for (Map.Entry<FieldDescriptor, Object> entry : patch.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      Object value = entry.getValue();
      if (field.isMapField()) {
        map(target, field, (List<?>) value);
      } else if (field.isRepeated()) {
        list(target, field, (List<?>) value);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && target.hasField(field)) {
        message(target, field, (Message) value);
      } else {
        target.setField(field, value);
      }
    }
    unknown(target, patch);
  }

  private void list(Message.Builder target, FieldDescriptor field, List<?> items) {
    if (lists == Lists.REPLACE) {
      target.setField(field, items);
      return;
    }
    for (Object item : items) {
      target.addRepeatedField(field, item);
    }
  }

  private static void map(Message.Builder target, FieldDescriptor field, List<?> patched) {
    FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
    List<Object> entries = new ArrayList<>((List<?>) target.getField(field));
    for (Object entry : patched) {
      Object name = ((Message) entry).getField(key);
      entries.removeIf(present -> ((Message) present).getField(key).equals(name));
      entries.add(entry);
    }
    target.setField(field, entries);
  }

  private void message(Message.Builder target, FieldDescriptor field, Message patch) {
    Message present = (Message) target.getField(field);
    switch (field.getMessageType().getFullName()) {
      case "google.protobuf.Duration" -> target.setField(field, patch);
      case "google.protobuf.Any" -> target.setField(field, any(present, patch));
      default -> {
        Message.Builder merged = present.toBuilder();
        mergeInto(merged, patch);
        target.setField(field, merged.build());
      }
    }
  }

  /**
   * An Any is a type and bytes, and bytes overwrite; with an empty patch of the same type it stays.
   */
  private static Message any(Message present, Message patch) {
    FieldDescriptor typeUrl = Any.getDescriptor().findFieldByNumber(Any.TYPE_URL_FIELD_NUMBER);
    FieldDescriptor value = Any.getDescriptor().findFieldByNumber(Any.VALUE_FIELD_NUMBER);
    boolean same = field(present, typeUrl.getNumber()).equals(field(patch, typeUrl.getNumber()));
    boolean empty = !patch.getAllFields().containsKey(fieldOf(patch, value.getNumber()));
    return same && empty ? present : patch;
  }

  private static Object field(Message message, int number) {
    return message.getField(fieldOf(message, number));
  }

  private static FieldDescriptor fieldOf(Message message, int number) {
    return message.getDescriptorForType().findFieldByNumber(number);
  }

  private void unknown(Message.Builder target, Message patch) {
    if (patch.getUnknownFields().asMap().isEmpty()) {
      return;
    }
    Message present = target.buildPartial();
    DynamicMessage newerPresent = NewerFields.read(present);
    DynamicMessage newerPatch = NewerFields.read(patch);
    if (newerPresent == null || newerPatch == null) {
      target.setUnknownFields(
          UnknownFieldSet.newBuilder(present.getUnknownFields())
              .mergeFrom(patch.getUnknownFields())
              .build());
      return;
    }
    try {
      target.setUnknownFields(
          UnknownFieldSet.parseFrom(merge(newerPresent, newerPatch).toByteString()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }
}
