package io.weir.wasm.abi;

import static io.weir.wasm.abi.WasmResult.BAD_ARGUMENT;
import static io.weir.wasm.abi.WasmResult.INTERNAL_FAILURE;
import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;
import static io.weir.wasm.abi.WasmResult.SERIALIZATION_FAILURE;

import io.weir.filter.cel.CelException;
import io.weir.filter.cel.Expression;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code expr_create}, {@code expr_evaluate} and {@code expr_delete}: the CEL expressions of one
 * VM's guest, by token. Envoy evaluates them over the stream whose callback runs; here it is the
 * effective context's.
 */
public final class Expressions {
  private static final int TOKEN_BYTES = 4;
  private static final int MAX_EXPRESSIONS = 4096;

  private final Map<Integer, Expression> expressions = new HashMap<>();
  private int lastToken;

  static int create(HostVm vm, byte[] argument, ByteSink result) {
    Expressions all = vm.expressions();
    if (all.expressions.size() >= MAX_EXPRESSIONS) {
      return INTERNAL_FAILURE;
    }
    try {
      Expression parsed = Expression.parse(new String(argument, StandardCharsets.UTF_8));
      all.expressions.put(all.lastToken, parsed);
      result.putInt(all.lastToken++);
      return OK;
    } catch (CelException _) {
      return BAD_ARGUMENT;
    }
  }

  static int delete(HostVm vm, byte[] argument, ByteSink result) {
    if (argument.length != TOKEN_BYTES) {
      return BAD_ARGUMENT;
    }
    vm.expressions().expressions.remove(token(argument));
    return OK;
  }

  static int evaluate(HostVm vm, byte[] argument, ByteSink result) {
    if (argument.length != TOKEN_BYTES) {
      return BAD_ARGUMENT;
    }
    Expression expression = vm.expressions().expressions.get(token(argument));
    if (expression == null) {
      return NOT_FOUND;
    }
    try {
      return encode(expression.evaluate(path -> attribute(vm.effective(), path)), result);
    } catch (CelException _) {
      return INTERNAL_FAILURE;
    }
  }

  private static int token(byte[] argument) {
    return ByteBuffer.wrap(argument).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  // ---- from properties

  private static @Nullable Object attribute(HostContext context, List<String> path) {
    byte[] raw = String.join("\0", path).getBytes(StandardCharsets.UTF_8);
    var value = new ByteSink();
    if (context.property(raw, 0, raw.length, value) != OK) {
      return null;
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(value.bytes(), 0, value.length()).order(ByteOrder.LITTLE_ENDIAN);
    return switch (value.kind()) {
      case INTEGER -> bytes.getLong();
      case DOUBLE -> bytes.getDouble();
      case BOOL -> bytes.get() != 0;
      case TEXT -> new String(value.bytes(), 0, value.length(), StandardCharsets.UTF_8);
      case LIST -> new ArrayList<Object>(pairs(bytes).keySet());
      case MAP -> pairs(bytes);
    };
  }

  /** What the pairs form holds, as texts. */
  private static Map<Object, Object> pairs(ByteBuffer in) {
    int count = in.getInt();
    int[] lengths = new int[count * 2];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = in.getInt();
    }
    var pairs = new LinkedHashMap<Object, Object>();
    for (int i = 0; i < count; i++) {
      String key = text(in, lengths[2 * i]);
      pairs.put(key, text(in, lengths[2 * i + 1]));
    }
    return pairs;
  }

  private static String text(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    in.get();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  // ---- to the encoding of properties

  private static int encode(Object value, ByteSink out) {
    switch (value) {
      case Long number -> out.putLong(number);
      case Double number -> out.putLong(Double.doubleToRawLongBits(number));
      case Boolean bool -> out.putByte(bool ? 1 : 0);
      case String text -> out.put(text);
      case byte[] bytes -> out.put(bytes);
      case List<?> list -> {
        var entries = new ArrayList<byte[]>();
        for (Object item : list) {
          if (item == null || !append(item, entries)) {
            return SERIALIZATION_FAILURE;
          }
          entries.add(new byte[0]);
        }
        putPairs(entries, out);
      }
      case Map<?, ?> map -> {
        var entries = new ArrayList<byte[]>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          Object key = entry.getKey();
          Object item = entry.getValue();
          if (key == null || item == null || !append(key, entries) || !append(item, entries)) {
            return SERIALIZATION_FAILURE;
          }
        }
        putPairs(entries, out);
      }
      default -> {
        return SERIALIZATION_FAILURE;
      }
    }
    return OK;
  }

  private static boolean append(Object value, List<byte[]> entries) {
    var encoded = new ByteSink();
    if (encode(value, encoded) != OK) {
      return false;
    }
    entries.add(encoded.toByteArray());
    return true;
  }

  private static void putPairs(List<byte[]> entries, ByteSink out) {
    out.putInt(entries.size() / 2);
    entries.forEach(entry -> out.putInt(entry.length));
    for (byte[] entry : entries) {
      out.put(entry);
      out.putByte(0);
    }
  }
}
