package io.weir.plugin.wasm;

import io.weir.plugin.JsonNumber;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** {@code proxy_get_property} and {@code proxy_set_property}. */
final class GuestProperties {
  private static final int WORD = 8;

  private GuestProperties() {}

  static @Nullable String get(String[] path) {
    var key = new StringBuilder(path.length == 0 ? "" : path[0]);
    for (int i = 1; i < path.length; i++) {
      key.append('\0').append(path[i]);
    }
    byte[] value = read(key.toString());
    return value == null ? null : text(path, value);
  }

  /** What the host has at a path; null for nothing. */
  static byte @Nullable [] read(String path) {
    byte[] key = Bytes.encode(path);
    int status =
        Abi.getProperty(
            Address.ofData(key), key.length, Bytes.resultPointer(), Bytes.resultLength());
    Address.pin(key);
    byte[] value = Bytes.takeResult();
    return status == Abi.OK ? value : null;
  }

  /** The host's encoding depends on the type, which the path tells. */
  private static String text(String[] path, byte[] value) {
    if (value.length == WORD && isMetadata(path)) {
      // A number is a double there; texts of eight bytes are far more common.
      double number = Double.longBitsToDouble(word(value));
      boolean printable = true;
      for (byte b : value) {
        printable &= b >= 0x20 && b < 0x7f;
      }
      if (!printable) {
        return JsonNumber.text(number);
      }
    } else if (value.length == WORD && path.length == 2 && isNumber(path[0], path[1])) {
      return Long.toString(word(value));
    } else if (value.length == 1 && path.length == 2 && path[1].equals("mtls")
        || value.length == 1 && isMetadata(path) && value[0] <= 1) {
      return value[0] == 0 ? "false" : "true";
    }
    return Bytes.decode(value);
  }

  private static boolean isMetadata(String[] path) {
    return path.length > 2 && (path[0].equals("metadata") || path[1].endsWith("_metadata"));
  }

  private static boolean isNumber(String root, String name) {
    return switch (root) {
      case "request" ->
          name.equals("size")
              || name.equals("total_size")
              || name.equals("time")
              || name.equals("duration");
      case "response" ->
          name.equals("code")
              || name.equals("flags")
              || name.equals("size")
              || name.equals("total_size")
              || name.equals("grpc_status")
              || name.equals("backend_latency");
      case "connection" -> name.equals("id");
      case "source", "destination" -> name.equals("port");
      case "upstream" -> name.equals("port") || name.equals("request_attempt_count");
      case "xds" -> name.equals("listener_direction");
      default -> false;
    };
  }

  private static long word(byte[] value) {
    return Bytes.getInt(value, 0) & 0xffffffffL | (long) Bytes.getInt(value, 4) << 32;
  }

  static void set(String name, String value) {
    byte[] key = Bytes.encode(name);
    byte[] bytes = Bytes.encode(value);
    Abi.setProperty(Address.ofData(key), key.length, Address.ofData(bytes), bytes.length);
    Address.pin(key);
    Address.pin(bytes);
  }

  static void clearRouteCache() {
    callForeign("clear_route_cache", "");
  }

  static boolean setMetadata(String namespace, String key, String value) {
    return callForeign("weir.set_dynamic_metadata", namespace + '\0' + key + '\0' + value);
  }

  private static boolean callForeign(String function, String argument) {
    byte[] name = Bytes.encode(function);
    // A byte more: the address of nothing is none.
    byte[] bytes = Bytes.encode(argument + '\0');
    int status =
        Abi.callForeign(
            Address.ofData(name),
            name.length,
            Address.ofData(bytes),
            bytes.length - 1,
            Bytes.resultPointer(),
            Bytes.resultLength());
    Address.pin(name);
    Address.pin(bytes);
    Bytes.takeResult();
    return status == Abi.OK;
  }
}
