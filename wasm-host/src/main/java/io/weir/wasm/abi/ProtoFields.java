package io.weir.wasm.abi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The top-level fields of a small protobuf message, the last value of each. Enough for foreign
 * functions' arguments, which are flat.
 */
final class ProtoFields {
  private final Map<Integer, byte[]> bytes = new HashMap<>();
  private final Map<Integer, Long> numbers = new HashMap<>();

  private ProtoFields() {}

  /** The fields, or null when the message is malformed. */
  static @Nullable ProtoFields parse(byte[] message) {
    var fields = new ProtoFields();
    try {
      int at = 0;
      while (at < message.length) {
        long[] tag = varint(message, at);
        at = (int) tag[1];
        int field = (int) (tag[0] >>> 3);
        switch ((int) tag[0] & 7) {
          case 0 -> {
            long[] value = varint(message, at);
            fields.numbers.put(field, value[0]);
            at = (int) value[1];
          }
          case 1 -> at += 8;
          case 2 -> {
            long[] length = varint(message, at);
            int start = (int) length[1];
            if (length[0] < 0 || length[0] > message.length - start) {
              return null;
            }
            at = start + (int) length[0];
            fields.bytes.put(field, Arrays.copyOfRange(message, start, at));
          }
          case 5 -> at += 4;
          default -> {
            return null;
          }
        }
        if (field == 0 || at > message.length) {
          return null;
        }
      }
      return fields;
    } catch (ArrayIndexOutOfBoundsException _) {
      return null;
    }
  }

  /** A value and the position behind it. */
  private static long[] varint(byte[] message, int start) {
    long value = 0;
    int at = start;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = message[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        break;
      }
    }
    return new long[] {value, at};
  }

  byte[] bytes(int field) {
    return bytes.getOrDefault(field, new byte[0]);
  }

  String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  long number(int field) {
    return numbers.getOrDefault(field, 0L);
  }
}
