package io.weir.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The demo's ports, all on loopback. The sidecar's HTTP port and admin are fixed unless a base is
 * given; the others are whatever is free.
 */
record DemoPorts(
    int gateway,
    int gatewayAdmin,
    int sidecar,
    int sidecarTcp,
    int sidecarAdmin,
    int xds,
    int controlPlaneHttp) {
  private static final int SIDECAR = 8080;
  private static final int SIDECAR_ADMIN = 15000;

  /**
   * @param base the first of seven ports in a row, or 0
   * @throws DemoException when a wanted port is taken
   */
  static DemoPorts choose(int base) {
    List<Integer> wanted = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      wanted.add(base == 0 ? 0 : base + i);
    }
    if (base == 0) {
      wanted.set(2, SIDECAR);
      wanted.set(4, SIDECAR_ADMIN);
    }
    List<Integer> got = reserve(wanted, base);
    return new DemoPorts(
        got.get(0), got.get(1), got.get(2), got.get(3), got.get(4), got.get(5), got.get(6));
  }

  private static List<Integer> reserve(List<Integer> wanted, int base) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> got = new ArrayList<>();
      for (int port : wanted) {
        var socket = new ServerSocket();
        socket.setReuseAddress(true);
        held.add(socket);
        try {
          socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
          throw new DemoException(
              "port "
                  + port
                  + " is taken: free it, or choose others with --port-base "
                  + (base == 0 ? 20000 : base + 100));
        }
        got.add(socket.getLocalPort());
      }
      return got;
    } catch (IOException e) {
      throw new DemoException("cannot open a socket: " + e.getMessage());
    } finally {
      for (ServerSocket socket : held) {
        try {
          socket.close();
        } catch (IOException _) {
          // Nothing was sent on it; the port is free either way.
        }
      }
    }
  }

  /** The values that the configuration's placeholders stand for. */
  Map<String, String> placeholders() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("GATEWAY_PORT", Integer.toString(gateway));
    values.put("SIDECAR_PORT", Integer.toString(sidecar));
    values.put("SIDECAR_TCP_PORT", Integer.toString(sidecarTcp));
    values.put("GATEWAY_ADMIN_PORT", Integer.toString(gatewayAdmin));
    values.put("SIDECAR_ADMIN_PORT", Integer.toString(sidecarAdmin));
    values.put("XDS_PORT", Integer.toString(xds));
    return values;
  }
}
