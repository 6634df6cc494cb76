package io.weir.proxy.http;

import io.netty.util.NetUtil;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads and extends {@code x-forwarded-for}. */
final class ForwardedFor {
  private ForwardedFor() {}

  /**
   * The address of the list, counted from its end.
   *
   * @param skip how many addresses at the end are left out
   * @return null when there are fewer, or it is no address
   */
  static @Nullable InetAddress fromEnd(HeaderMap headers, int skip) {
    int entry = headers.find(HeaderName.X_FORWARDED_FOR);
    if (entry < 0) {
      return null;
    }
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    for (int i = 0; i < skip; i++) {
      end = lastComma(text, start, end);
      if (end < 0) {
        return null;
      }
    }
    int comma = lastComma(text, start, end);
    int from = comma >= 0 && comma + 1 < end ? comma + 1 : start;
    return parse(text, from, end);
  }

  /** The address that a header's value is; null when it is none. */
  static @Nullable InetAddress address(HeaderMap headers, int entry) {
    int start = headers.valueStart(entry);
    return parse(headers.bytes(), start, start + headers.valueLength(entry));
  }

  /** Whether the header holds a single address. */
  static boolean single(HeaderMap headers) {
    int entry = headers.find(HeaderName.X_FORWARDED_FOR);
    if (entry < 0) {
      return false;
    }
    int start = headers.valueStart(entry);
    return lastComma(headers.bytes(), start, start + headers.valueLength(entry)) < 0;
  }

  static void append(HeaderMap headers, InetAddress address, boolean mapped) {
    String text = text(address, mapped);
    int entry = headers.find(HeaderName.X_FORWARDED_FOR);
    if (entry < 0) {
      headers.add(HeaderName.X_FORWARDED_FOR, text);
    } else if (headers.valueLength(entry) == 0) {
      headers.setValue(entry, text);
    } else {
      headers.setValue(entry, headers.value(entry) + "," + text);
    }
  }

  /**
   * The address without a zone, IPv6 in its short form.
   *
   * @param mapped whether IPv4 is written as an IPv6 address
   */
  static String text(InetAddress address, boolean mapped) {
    String text = NetUtil.toAddressString(address);
    return mapped && address instanceof Inet4Address ? "::ffff:" + text : text;
  }

  private static int lastComma(byte[] text, int start, int end) {
    for (int i = end - 1; i >= start; i--) {
      if (text[i] == ',') {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable InetAddress parse(byte[] text, int start, int end) {
    int from = start;
    int to = end;
    while (from < to && (text[from] == ' ' || text[from] == '\t')) {
      from++;
    }
    while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) {
      to--;
    }
    byte[] address =
        NetUtil.createByteArrayFromIpAddressString(
            new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    if (address == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
