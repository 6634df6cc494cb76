package io.weir.wasm.property;

import com.google.protobuf.Any;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.Value;
import io.weir.wasm.abi.ByteSink;
import io.weir.wasm.abi.WasmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes values as properties: maps and lists in the pairs form, scalars raw, and the messages
 * {@code Metadata}, {@code Struct} and {@code Node} as protobuf, by hand so that no message objects
 * are made on the data path.
 */
final class ValueEncoder {
  private static final int LENGTH_DELIMITED = 2;

  private ValueEncoder() {}

  /** Encodes one value of a tree; null values cannot be. */
  static int encode(Value value, ByteSink out) {
    return switch (value) {
      case Value.NullValue _ -> WasmResult.SERIALIZATION_FAILURE;
      case Value.BoolValue(boolean bool) -> {
        out.is(ByteSink.Kind.BOOL);
        out.putByte(bool ? 1 : 0);
        yield WasmResult.OK;
      }
      case Value.NumberValue(double number) -> {
        out.is(ByteSink.Kind.DOUBLE);
        out.putLong(Double.doubleToRawLongBits(number));
        yield WasmResult.OK;
      }
      case Value.StringValue(String text) -> {
        out.put(text);
        yield WasmResult.OK;
      }
      case Value.ListValue(List<Value> values) -> {
        var pairs = new ArrayList<Map.Entry<byte[], byte[]>>();
        for (Value item : values) {
          var encoded = new ByteSink();
          if (encode(item, encoded) != WasmResult.OK) {
            yield WasmResult.SERIALIZATION_FAILURE;
          }
          pairs.add(Map.entry(encoded.toByteArray(), new byte[0]));
        }
        out.is(ByteSink.Kind.LIST);
        pairs(pairs, out);
        yield WasmResult.OK;
      }
      case Value.MapValue(Map<String, Value> fields) -> map(fields, out);
    };
  }

  /** A map in the pairs form. */
  static int map(Map<String, ? extends Value> fields, ByteSink out) {
    var pairs = new ArrayList<Map.Entry<byte[], byte[]>>();
    for (var field : fields.entrySet()) {
      var encoded = new ByteSink();
      if (encode(field.getValue(), encoded) != WasmResult.OK) {
        return WasmResult.SERIALIZATION_FAILURE;
      }
      pairs.add(Map.entry(utf8(field.getKey()), encoded.toByteArray()));
    }
    out.is(ByteSink.Kind.MAP);
    pairs(pairs, out);
    return WasmResult.OK;
  }

  static void pairs(List<Map.Entry<byte[], byte[]>> pairs, ByteSink out) {
    out.putInt(pairs.size());
    for (var pair : pairs) {
      out.putInt(pair.getKey().length);
      out.putInt(pair.getValue().length);
    }
    for (var pair : pairs) {
      out.put(pair.getKey());
      out.putByte(0);
      out.put(pair.getValue());
      out.putByte(0);
    }
  }

  private static byte[] utf8(String text) {
    return io.weir.filter.ByteText.bytes(text);
  }

  // ---- messages

  /** {@code envoy.config.core.v3.Metadata}. */
  static void metadata(
      Map<String, Value.MapValue> namespaces, Map<String, Any> typed, ByteSink out) {
    namespaces.forEach((name, fields) -> entry(1, name, struct(fields), out));
    typed.forEach((name, any) -> entry(2, name, any.toByteArray(), out));
  }

  static void metadata(Metadata metadata, ByteSink out) {
    metadata(metadata.namespaces(), metadata.typed(), out);
  }

  /** The fields of {@code envoy.config.core.v3.Node} that a proxy knows of itself. */
  static void node(NodeInfo node, ByteSink out) {
    text(1, node.id(), out);
    text(2, node.cluster(), out);
    if (!node.metadata().fields().isEmpty()) {
      bytes(3, struct(node.metadata()), out);
    }
    if (!node.locality().equals(NodeInfo.Locality.NONE)) {
      bytes(4, locality(node.locality()), out);
    }
  }

  static byte[] locality(NodeInfo.Locality locality) {
    var out = new ByteSink();
    text(1, locality.region(), out);
    text(2, locality.zone(), out);
    text(3, locality.subZone(), out);
    return out.toByteArray();
  }

  private static byte[] struct(Value.MapValue value) {
    var out = new ByteSink();
    value.fields().forEach((name, field) -> entry(1, name, message(field), out));
    return out.toByteArray();
  }

  /** {@code google.protobuf.Value}. */
  private static byte[] message(Value value) {
    var out = new ByteSink();
    switch (value) {
      case Value.NullValue _ -> {
        out.putByte(1 << 3);
        out.putByte(0);
      }
      case Value.NumberValue(double number) -> {
        out.putByte(2 << 3 | 1);
        out.putLong(Double.doubleToRawLongBits(number));
      }
      case Value.StringValue(String text) -> bytes(3, utf8(text), out);
      case Value.BoolValue(boolean bool) -> {
        out.putByte(4 << 3);
        out.putByte(bool ? 1 : 0);
      }
      case Value.MapValue map -> bytes(5, struct(map), out);
      case Value.ListValue(List<Value> values) -> {
        var list = new ByteSink();
        values.forEach(item -> bytes(1, message(item), list));
        bytes(6, list.toByteArray(), out);
      }
    }
    return out.toByteArray();
  }

  /** One entry of a map field with text keys and message values. */
  private static void entry(int field, String key, byte[] value, ByteSink out) {
    var entry = new ByteSink();
    bytes(1, utf8(key), entry);
    bytes(2, value, entry);
    bytes(field, entry.toByteArray(), out);
  }

  private static void text(int field, String text, ByteSink out) {
    if (!text.isEmpty()) {
      bytes(field, utf8(text), out);
    }
  }

  private static void bytes(int field, byte[] value, ByteSink out) {
    out.putByte(field << 3 | LENGTH_DELIMITED);
    int rest = value.length;
    while ((rest & ~0x7f) != 0) {
      out.putByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.putByte(rest);
    out.put(value);
  }
}
