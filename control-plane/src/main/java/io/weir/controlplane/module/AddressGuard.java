package io.weir.controlplane.module;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Keeps fetches away from addresses where clouds hand out credentials. Asked again for every
 * redirect. A registry may stand on a private or loopback address, as in every test set-up; a
 * server for tokens may only if the registry that names it stands there too.
 */
final class AddressGuard {

  private static final Set<String> METADATA =
      Set.of("169.254.169.254", "100.100.100.200", "fd00:ec2:0:0:0:0:0:254", "192.0.0.192");

  private AddressGuard() {}

  /** Refuses link-local and metadata addresses. */
  static void check(URI uri) throws FetchException {
    for (InetAddress address : resolve(uri)) {
      if (forbidden(address)) {
        throw FetchException.lasting(
            uri.getHost() + " is " + address.getHostAddress() + ", where no module may come from");
      }
    }
  }

  /** Refuses a server for tokens on a closer network than the registry that names it. */
  static void checkRealm(URI realm, URI registry) throws FetchException {
    check(realm);
    boolean registryNear = resolve(registry).stream().anyMatch(AddressGuard::near);
    boolean realmNear = resolve(realm).stream().anyMatch(AddressGuard::near);
    if (realmNear && !registryNear) {
      throw FetchException.lasting(
          registry.getHost() + " sends for a token to " + realm.getHost() + ", a private address");
    }
  }

  static boolean forbidden(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || METADATA.contains(address.getHostAddress());
  }

  private static boolean near(InetAddress address) {
    return address.isLoopbackAddress() || address.isSiteLocalAddress() || uniqueLocal(address);
  }

  /** {@code fc00::/7}. */
  private static boolean uniqueLocal(InetAddress address) {
    return address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
  }

  private static Set<InetAddress> resolve(URI uri) throws FetchException {
    String host = uri.getHost();
    if (host == null) {
      throw FetchException.lasting(uri + " names no host");
    }
    try {
      return Set.of(InetAddress.getAllByName(host.replaceAll("[\\[\\]]", "")));
    } catch (UnknownHostException e) {
      throw FetchException.passing(host + " cannot be resolved");
    }
  }
}
