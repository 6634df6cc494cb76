package io.weir.proxy.extension;

import com.google.protobuf.Any;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts between {@code google.protobuf.Value} and {@link Value}, at load and export only. */
public final class ProtoValues {
  private ProtoValues() {}

  public static Value of(com.google.protobuf.Value value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> Value.of(value.getBoolValue());
      case NUMBER_VALUE -> Value.of(value.getNumberValue());
      case STRING_VALUE -> Value.of(value.getStringValue());
      case STRUCT_VALUE -> of(value.getStructValue());
      case LIST_VALUE -> {
        List<Value> items = new ArrayList<>(value.getListValue().getValuesCount());
        value.getListValue().getValuesList().forEach(item -> items.add(of(item)));
        yield new Value.ListValue(items);
      }
      case NULL_VALUE, KIND_NOT_SET -> Value.NULL;
    };
  }

  /** What a wrapper message, for instance a {@code UInt32Value}, holds; null when it is not set. */
  public static @Nullable Object wrapped(@Nullable Object field) {
    return field instanceof Message message
        ? message.getField(message.getDescriptorForType().findFieldByName("value"))
        : null;
  }

  public static Value.MapValue of(Struct struct) {
    Map<String, Value> fields = new LinkedHashMap<>();
    struct.getFieldsMap().forEach((key, value) -> fields.put(key, of(value)));
    return new Value.MapValue(fields);
  }

  public static Metadata of(io.envoyproxy.envoy.config.core.v3.Metadata metadata) {
    if (metadata.getFilterMetadataCount() == 0 && metadata.getTypedFilterMetadataCount() == 0) {
      return Metadata.EMPTY;
    }
    Map<String, Value.MapValue> namespaces = new LinkedHashMap<>();
    metadata.getFilterMetadataMap().forEach((name, struct) -> namespaces.put(name, of(struct)));
    Map<String, Any> typed = metadata.getTypedFilterMetadataMap();
    return new Metadata(namespaces, typed);
  }

  public static NodeInfo.Locality of(Locality locality) {
    return new NodeInfo.Locality(locality.getRegion(), locality.getZone(), locality.getSubZone());
  }

  public static com.google.protobuf.Value toProto(Value value) {
    var builder = com.google.protobuf.Value.newBuilder();
    switch (value) {
      case Value.NullValue _ -> builder.setNullValue(NullValue.NULL_VALUE);
      case Value.BoolValue(boolean bool) -> builder.setBoolValue(bool);
      case Value.NumberValue(double number) -> builder.setNumberValue(number);
      case Value.StringValue(String text) -> builder.setStringValue(text);
      case Value.MapValue map -> builder.setStructValue(toProto(map));
      case Value.ListValue(List<Value> items) -> {
        var list = ListValue.newBuilder();
        items.forEach(item -> list.addValues(toProto(item)));
        builder.setListValue(list);
      }
    }
    return builder.build();
  }

  public static Struct toProto(Value.MapValue map) {
    var struct = Struct.newBuilder();
    map.fields().forEach((key, value) -> struct.putFields(key, toProto(value)));
    return struct.build();
  }
}
