package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Arrays;

/** Takes port and trailing dot off {@code :authority}, as configured. Immutable. */
final class HostNormalizer {
  /** Which ports are taken off. */
  enum StripPort {
    NONE,
    /** The port that the connection came to. */
    MATCHING,
    ANY
  }

  private final StripPort stripPort;
  private final boolean stripTrailingDot;

  HostNormalizer(StripPort stripPort, boolean stripTrailingDot) {
    this.stripPort = stripPort;
    this.stripTrailingDot = stripTrailingDot;
  }

  /**
   * @param localPort the port that the connection came to
   * @param connect whether the request is a CONNECT, whose authority needs its port
   */
  void apply(HeaderMap headers, int localPort, boolean connect) {
    if (!stripTrailingDot && stripPort == StripPort.NONE) {
      return;
    }
    int entry = headers.find(HeaderName.AUTHORITY);
    if (entry < 0) {
      return;
    }
    if (stripTrailingDot) {
      dropTrailingDot(headers, entry);
    }
    if (stripPort != StripPort.NONE && !connect) {
      dropPort(headers, entry, localPort);
    }
  }

  private static void dropTrailingDot(HeaderMap headers, int entry) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int hostEnd = portColon(text, start, end);
    if (hostEnd < 0) {
      hostEnd = end;
    }
    if (hostEnd > start && text[hostEnd - 1] == '.') {
      byte[] shorter = new byte[end - start - 1];
      System.arraycopy(text, start, shorter, 0, hostEnd - 1 - start);
      System.arraycopy(text, hostEnd, shorter, hostEnd - 1 - start, end - hostEnd);
      headers.setValue(entry, shorter, 0, shorter.length);
    }
  }

  private void dropPort(HeaderMap headers, int entry, int localPort) {
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int colon = portColon(text, start, end);
    if (colon < 0) {
      return;
    }
    long port = 0;
    for (int i = colon + 1; i < end; i++) {
      port = port * 10 + text[i] - '0';
      if (port > 0xffff_ffffL) {
        return;
      }
    }
    if (stripPort == StripPort.ANY || port == localPort) {
      headers.setValue(entry, Arrays.copyOfRange(text, start, colon), 0, colon - start);
    }
  }

  /** The colon before a port of digits only, −1 when there is none. */
  private static int portColon(byte[] text, int start, int end) {
    int i = end - 1;
    while (i >= start && text[i] >= '0' && text[i] <= '9') {
      i--;
    }
    if (i < start || i == end - 1 || text[i] != ':') {
      return -1;
    }
    // An IPv6 address without brackets has more colons.
    if (i > start && text[i - 1] == ']') {
      return i;
    }
    for (int j = start; j < i; j++) {
      if (text[j] == ':') {
        return -1;
      }
    }
    return i;
  }
}
