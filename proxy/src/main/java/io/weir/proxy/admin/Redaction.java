package io.weir.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.codec.MessageTypes;
import java.util.List;
import java.util.Map;
import udpa.annotations.Sensitive;

/** Replaces what the API marks as sensitive (keys, passwords) before a message is shown. */
final class Redaction {
  private static final String HIDDEN = "[redacted]";

  private Redaction() {}

  static Message of(Message message) {
    if (message instanceof Any any) {
      return packed(any);
    }
    Message.Builder changed = null;
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      Object shown = value(field, entry.getValue());
      if (shown != entry.getValue()) {
        changed = changed == null ? message.toBuilder() : changed;
        changed.setField(field, shown);
      }
    }
    return changed == null ? message : changed.build();
  }

  private static Message packed(Any any) {
    try {
      Message inner = MessageTypes.unpack(any);
      Message shown = of(inner);
      return shown == inner ? any : any.toBuilder().setValue(shown.toByteString()).build();
    } catch (InvalidProtocolBufferException e) {
      return any;
    }
  }

  private static Object value(FieldDescriptor field, Object value) {
    boolean sensitive = field.getOptions().getExtension(Sensitive.sensitive);
    if (!sensitive && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
      return value;
    }
    if (value instanceof List<?> list) {
      List<Object> shown =
          list.stream().map(item -> sensitive ? hidden(item) : of((Message) item)).toList();
      return same(list, shown) ? value : shown;
    }
    return sensitive ? hidden(value) : of((Message) value);
  }

  private static boolean same(List<?> list, List<Object> shown) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) != shown.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static Object hidden(Object value) {
    return switch (value) {
      case String _ -> HIDDEN;
      case ByteString _ -> ByteString.copyFromUtf8(HIDDEN);
      case Message message -> {
        Message.Builder builder = message.toBuilder();
        message.getAllFields().forEach((field, inner) -> builder.setField(field, all(inner)));
        yield builder.build();
      }
      default -> value;
    };
  }

  private static Object all(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(Redaction::hidden).toList()
        : hidden(value);
  }
}
