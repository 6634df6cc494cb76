package io.weir.proxy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/** The machine's own address, which stands in {@code x-forwarded-for} for loopback peers. */
final class LocalAddress {
  private LocalAddress() {}

  /** The first IPv4 address that is not loopback; 127.0.0.1 when there is none. */
  static String find() {
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(each.getInetAddresses())) {
          if (address instanceof Inet4Address && !address.isLoopbackAddress() && each.isUp()) {
            return address.getHostAddress();
          }
        }
      }
    } catch (SocketException e) {
      // Nothing to find out then.
    }
    return "127.0.0.1";
  }
}
