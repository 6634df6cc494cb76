package io.weir.proxy.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by IP range; a look-up gives the value of the longest range that holds the address. One
 * hash look-up per distinct length.
 *
 * @param <T> the value's type
 */
final class PrefixTable<T> {
  /** An address range's first bits; IPv4 stands in {@code high} alone. */
  private record Prefix(boolean v6, long high, long low) {}

  // Longest first.
  private final TreeMap<Integer, Map<Prefix, T>> byLength =
      new TreeMap<>(Comparator.reverseOrder());
  // For peers without an IP address, and the range of every address.
  private @Nullable T any;

  /** The value of every address. */
  T any(Supplier<T> make) {
    T value = any;
    if (value == null) {
      value = make.get();
      any = value;
    }
    return value;
  }

  /** The value of a range, made when it is new; a length of 0 is every address. */
  T range(InetAddress address, int length, Supplier<T> make) {
    if (length <= 0) {
      return any(make);
    }
    return byLength
        .computeIfAbsent(length, _ -> new HashMap<>())
        .computeIfAbsent(mask(address, length), _ -> make.get());
  }

  @Nullable T find(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      for (var entry : byLength.entrySet()) {
        T value = entry.getValue().get(mask(inet.getAddress(), entry.getKey()));
        if (value != null) {
          return value;
        }
      }
    }
    return any;
  }

  private static Prefix mask(InetAddress address, int length) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      long bits = (bytes[0] & 0xffL) << 24 | (bytes[1] & 0xffL) << 16 | (bytes[2] & 0xffL) << 8;
      bits |= bytes[3] & 0xffL;
      // A length beyond 32 belongs to IPv6 ranges; no IPv4 range is stored under it.
      int keep = Math.min(length, 32);
      return new Prefix(length > 32, bits & (-1L << (32 - keep)), 0);
    }
    long high = bits(bytes, 0);
    long low = bits(bytes, 8);
    if (length <= 64) {
      return new Prefix(true, high & (-1L << (64 - length)), 0);
    }
    return new Prefix(true, high, length == 128 ? low : low & (-1L << (128 - length)));
  }

  private static long bits(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + 8; i++) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }
}
