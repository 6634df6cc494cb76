package io.weir.plugin;

import org.jspecify.annotations.Nullable;

/** A range of IP addresses, {@code 10.0.0.0/8} or {@code 2001:db8::/32}. Immutable. */
public final class Cidr {
  private final byte[] address;
  private final int bits;

  private Cidr(byte[] address, int bits) {
    this.address = address;
    this.bits = bits;
  }

  /**
   * Reads a range; an address alone is a range of one.
   *
   * @throws IllegalArgumentException when the text is no range
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is no IP address or range");
    }
    int bits = slash < 0 ? address.length * 8 : number(text.substring(slash + 1), 10);
    if (bits < 0 || bits > address.length * 8) {
      throw new IllegalArgumentException("'" + text + "' has a wrong prefix length");
    }
    return new Cidr(address, bits);
  }

  /**
   * Whether an address is inside.
   *
   * @param ip without a port; {@code 10.0.0.1:4711} and {@code [::1]:4711} are taken, too
   */
  public boolean contains(String ip) {
    byte[] other = bytes(withoutPort(ip));
    if (other == null || other.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit & 7);
      if (((address[bit >> 3] ^ other[bit >> 3]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static String withoutPort(String ip) {
    if (ip.startsWith("[")) {
      int end = ip.indexOf(']');
      return end < 0 ? ip : ip.substring(1, end);
    }
    int colon = ip.indexOf(':');
    return colon >= 0 && colon == ip.lastIndexOf(':') ? ip.substring(0, colon) : ip;
  }

  private static byte @Nullable [] bytes(String ip) {
    return ip.indexOf(':') < 0 ? v4(ip) : v6(ip);
  }

  private static byte @Nullable [] v4(String ip) {
    var bytes = new byte[4];
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int dot = i == 3 ? ip.length() : ip.indexOf('.', at);
      int value = dot < 0 ? -1 : number(ip.substring(at, dot), 10);
      if (value < 0 || value > 255) {
        return null;
      }
      bytes[i] = (byte) value;
      at = dot + 1;
    }
    return bytes;
  }

  private static byte @Nullable [] v6(String ip) {
    int gap = ip.indexOf("::");
    String head = gap < 0 ? ip : ip.substring(0, gap);
    String tail = gap < 0 ? "" : ip.substring(gap + 2);
    var bytes = new byte[16];
    int first = groups(head, bytes, 0);
    var last = new byte[16];
    int second = groups(tail, last, 0);
    if (first < 0 || second < 0 || (gap < 0 ? first != 8 : first + second > 7)) {
      return null;
    }
    System.arraycopy(last, 0, bytes, 16 - second * 2, second * 2);
    return bytes;
  }

  /** How many groups of 16 bits the text has; −1 when it is malformed. */
  private static int groups(String text, byte[] to, int from) {
    int count = from;
    int at = 0;
    while (at < text.length()) {
      int colon = text.indexOf(':', at);
      int end = colon < 0 ? text.length() : colon;
      int value = end - at > 4 ? -1 : number(text.substring(at, end), 16);
      if (value < 0 || count == 8) {
        return -1;
      }
      to[count * 2] = (byte) (value >> 8);
      to[count * 2 + 1] = (byte) value;
      count++;
      at = end + 1;
    }
    return count;
  }

  private static int number(String text, int radix) {
    if (text.isEmpty() || text.length() > 5) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }
}
