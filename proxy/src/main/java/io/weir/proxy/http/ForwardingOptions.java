package io.weir.proxy.http;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How requests are made trustworthy and say where they came from; fields of the connection
 * manager's message.
 *
 * @param localAddress this machine's address, which stands for a loopback peer in {@code
 *     x-forwarded-for}
 * @param ipv4AsMapped whether IPv4 addresses are passed on in IPv6 form
 * @param via empty for none
 * @param serviceCluster {@code node.cluster}, when {@code add_user_agent} is set; otherwise empty
 * @param serviceNode {@code node.id}
 * @param schemeOverwrite empty to leave the scheme
 * @param detectors tried in order where the peer is not the client; empty for the usual way
 * @param schemeOfUpstream whether the scheme becomes that of the upstream's transport
 */
record ForwardingOptions(
    boolean useRemoteAddress,
    int trustedHops,
    boolean skipAppend,
    boolean appendPort,
    List<AddressRange> internalRanges,
    InetAddress localAddress,
    boolean ipv4AsMapped,
    String via,
    String serviceCluster,
    String serviceNode,
    boolean generateRequestId,
    boolean preserveExternalRequestId,
    boolean alwaysSetRequestId,
    String schemeOverwrite,
    boolean schemeOfUpstream,
    ClientCertificate clientCertificate,
    List<ClientDetector> detectors,
    EarlyMutations earlyMutations) {

  ForwardingOptions {
    internalRanges = List.copyOf(internalRanges);
  }

  /** A CIDR range. */
  record AddressRange(byte[] address, int prefixBits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefixBits / 8;
      for (int i = 0; i < whole; i++) {
        if (address[i] != other[i]) {
          return false;
        }
      }
      int rest = prefixBits % 8;
      return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >>> 8 - rest == 0;
    }
  }

  /** {@code forward_client_cert_details}. */
  enum ForwardClientCertificate {
    SANITIZE,
    FORWARD_ONLY,
    APPEND_FORWARD,
    SANITIZE_SET,
    ALWAYS_FORWARD_ONLY
  }

  /** What is said of the client's certificate. */
  record ClientCertificate(
      ForwardClientCertificate mode,
      boolean subject,
      boolean cert,
      boolean chain,
      boolean dns,
      boolean uri) {}

  /** Whether this is the first proxy of the way: targets cannot be https where there is no TLS. */
  boolean refusesSchemeInPlaintext() {
    return useRemoteAddress && trustedHops == 0;
  }

  boolean internal(@Nullable InetAddress address) {
    if (address == null) {
      return false;
    }
    for (AddressRange range : internalRanges) {
      if (range.contains(address.getAddress())) {
        return true;
      }
    }
    return false;
  }
}
