package io.weir.proxy.filter.proxyprotocol;

import io.netty.util.NetUtil;
import io.weir.filter.buffer.Buffer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A header of the PROXY protocol, version 1 or 2.
 *
 * @param length bytes of the header
 * @param source null when the connection is the proxy's own or of an unknown kind
 * @param destination null together with the source
 */
record ProxyHeader(
    int version,
    int length,
    @Nullable InetSocketAddress source,
    @Nullable InetSocketAddress destination,
    List<Tlv> tlvs) {
  private static final byte[] V1_SIGNATURE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] V2_SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
  private static final int V1_MAX = 108;
  private static final int V2_FIXED = 16;
  private static final int TLV_FIXED = 3;
  private static final int IPV4_ADDRESSES = 12;
  private static final int IPV6_ADDRESSES = 36;

  ProxyHeader {
    tlvs = List.copyOf(tlvs);
  }

  /** A type-length-value of version 2. */
  record Tlv(int type, byte[] value) {}

  /** What bytes turned out to be. */
  sealed interface Outcome {}

  record Parsed(ProxyHeader header) implements Outcome {}

  /** More bytes are needed. */
  record Incomplete() implements Outcome {}

  /** No header at all. */
  record Absent() implements Outcome {}

  /** The signature of a version, but not a header. */
  record Malformed(int version) implements Outcome {}

  private static final Outcome INCOMPLETE = new Incomplete();
  private static final Outcome ABSENT = new Absent();

  static Outcome parse(Buffer bytes) {
    if (bytes.isEmpty()) {
      return INCOMPLETE;
    }
    if (bytes.get(0) == V1_SIGNATURE[0]) {
      return signature(bytes, V1_SIGNATURE) ? v1(bytes) : partOf(bytes, V1_SIGNATURE);
    }
    return signature(bytes, V2_SIGNATURE) ? v2(bytes) : partOf(bytes, V2_SIGNATURE);
  }

  private static boolean signature(Buffer bytes, byte[] signature) {
    return shared(bytes, signature) == signature.length;
  }

  private static Outcome partOf(Buffer bytes, byte[] signature) {
    return shared(bytes, signature) == bytes.length() ? INCOMPLETE : ABSENT;
  }

  private static int shared(Buffer bytes, byte[] signature) {
    int shared = 0;
    while (shared < signature.length
        && shared < bytes.length()
        && bytes.get(shared) == signature[shared]) {
      shared++;
    }
    return shared;
  }

  // ---- version 1: PROXY TCP4 1.2.3.4 5.6.7.8 111 222 CR LF

  private static Outcome v1(Buffer bytes) {
    int end = -1;
    long limit = Math.min(bytes.length(), V1_MAX);
    for (int i = 1; i < limit; i++) {
      if (bytes.get(i) == '\n' && bytes.get(i - 1) == '\r') {
        end = i - 1;
        break;
      }
    }
    if (end < 0) {
      return bytes.length() >= V1_MAX ? new Malformed(1) : INCOMPLETE;
    }
    byte[] line = new byte[end];
    bytes.copyTo(0, line, 0, end);
    String[] words = new String(line, StandardCharsets.ISO_8859_1).split(" ", -1);
    if (words[1].equals("UNKNOWN")) {
      return new Parsed(new ProxyHeader(1, end + 2, null, null, List.of()));
    }
    InetSocketAddress source = words.length == 6 ? address(words[1], words[2], words[4]) : null;
    InetSocketAddress target = words.length == 6 ? address(words[1], words[3], words[5]) : null;
    return source == null || target == null
        ? new Malformed(1)
        : new Parsed(new ProxyHeader(1, end + 2, source, target, List.of()));
  }

  private static @Nullable InetSocketAddress address(String family, String ip, String port) {
    boolean valid =
        switch (family) {
          case "TCP4" -> NetUtil.isValidIpV4Address(ip);
          case "TCP6" -> NetUtil.isValidIpV6Address(ip) && ip.indexOf('%') < 0;
          default -> false;
        };
    byte[] bytes = valid ? NetUtil.createByteArrayFromIpAddressString(ip) : null;
    boolean digits =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    if (bytes == null || !digits || Integer.parseInt(port) > 0xffff) {
      return null;
    }
    InetAddress address = ip(bytes);
    boolean unicast =
        !(address instanceof Inet4Address)
            || !(address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || (bytes[0] & 0xff) == 0xff);
    return unicast ? new InetSocketAddress(address, Integer.parseInt(port)) : null;
  }

  private static InetAddress ip(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  // ---- version 2: signature, version and command, family and transport, length, addresses, TLVs

  private static Outcome v2(Buffer bytes) {
    if (bytes.length() > V2_SIGNATURE.length && (bytes.get(12) & 0xf0) != 0x20) {
      return new Malformed(2);
    }
    if (bytes.length() < V2_FIXED) {
      return INCOMPLETE;
    }
    int command = bytes.get(12) & 0x0f;
    int family = bytes.get(13) & 0xff;
    int length = (bytes.get(14) & 0xff) << 8 | bytes.get(15) & 0xff;
    int addresses = command == 0 ? 0 : addressBytes(family);
    if (command > 1 || addresses < 0 || length < addresses) {
      return new Malformed(2);
    }
    if (bytes.length() < V2_FIXED + length) {
      return INCOMPLETE;
    }
    if (command == 0) {
      return new Parsed(new ProxyHeader(2, V2_FIXED + length, null, null, List.of()));
    }
    byte[] rest = new byte[length];
    bytes.copyTo(V2_FIXED, rest, 0, length);
    List<Tlv> tlvs = tlvs(rest, addresses);
    return tlvs == null ? new Malformed(2) : new Parsed(header(rest, addresses, tlvs));
  }

  private static int addressBytes(int family) {
    return switch (family) {
      case 0x11, 0x12 -> IPV4_ADDRESSES;
      case 0x21, 0x22 -> IPV6_ADDRESSES;
      default -> -1;
    };
  }

  private static ProxyHeader header(byte[] rest, int addresses, List<Tlv> tlvs) {
    int ipBytes = addresses == IPV4_ADDRESSES ? 4 : 16;
    int ports = ipBytes * 2;
    return new ProxyHeader(
        2,
        V2_FIXED + rest.length,
        new InetSocketAddress(ip(Arrays.copyOfRange(rest, 0, ipBytes)), u16(rest, ports)),
        new InetSocketAddress(ip(Arrays.copyOfRange(rest, ipBytes, ports)), u16(rest, ports + 2)),
        tlvs);
  }

  private static @Nullable List<Tlv> tlvs(byte[] rest, int from) {
    var tlvs = new ArrayList<Tlv>();
    int at = from;
    while (at < rest.length) {
      if (rest.length - at < TLV_FIXED) {
        return null;
      }
      int length = u16(rest, at + 1);
      int start = at + TLV_FIXED;
      if (length > rest.length - start) {
        return null;
      }
      tlvs.add(new Tlv(rest[at] & 0xff, Arrays.copyOfRange(rest, start, start + length)));
      at = start + length;
    }
    return tlvs;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
