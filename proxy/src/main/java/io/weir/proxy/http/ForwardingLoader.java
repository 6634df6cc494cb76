package io.weir.proxy.http;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.netty.util.NetUtil;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.http.ForwardingOptions.AddressRange;
import io.weir.proxy.http.ForwardingOptions.ClientCertificate;
import io.weir.proxy.http.ForwardingOptions.ForwardClientCertificate;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Loads how requests are sanitised and forwarded. */
final class ForwardingLoader {
  private ForwardingLoader() {}

  static ForwardingOptions load(HttpConnectionManager message, LoadContext context) {
    return new ForwardingOptions(
        message.getUseRemoteAddress().getValue(),
        message.getXffNumTrustedHops(),
        message.getSkipXffAppend(),
        message.getAppendXForwardedPort(),
        ranges(
            message.getInternalAddressConfig().getCidrRangesList(),
            "internal_address_config.cidr_ranges",
            context),
        localAddress(),
        message.getRepresentIpv4RemoteAddressAsIpv4MappedIpv6(),
        message.getVia(),
        message.getAddUserAgent().getValue() ? context.node().cluster() : "",
        context.node().id(),
        !message.hasGenerateRequestId() || message.getGenerateRequestId().getValue(),
        message.getPreserveExternalRequestId(),
        message.getAlwaysSetRequestIdInResponse(),
        message.getSchemeHeaderTransformation().getSchemeToOverwrite(),
        message.getSchemeHeaderTransformation().getSchemeToOverwrite().isEmpty()
            && message.getSchemeHeaderTransformation().getMatchUpstream(),
        clientCertificate(message),
        ClientDetectorLoader.load(message, context),
        EarlyMutationsLoader.load(message, context));
  }

  static List<AddressRange> ranges(List<CidrRange> config, String field, LoadContext context) {
    var ranges = new ArrayList<AddressRange>();
    for (int i = 0; i < config.size(); i++) {
      CidrRange range = config.get(i);
      byte[] address = NetUtil.createByteArrayFromIpAddressString(range.getAddressPrefix());
      int bits = range.getPrefixLen().getValue();
      if (address == null || bits > address.length * 8) {
        context
            .problems()
            .add(
                field + "[" + i + "]",
                "not an address range: " + range.getAddressPrefix() + "/" + bits,
                "");
      } else {
        ranges.add(new AddressRange(address, bits));
      }
    }
    return ranges;
  }

  /** The first IPv4 address of this machine that is not loopback, as Envoy's local info has it. */
  private static InetAddress localAddress() {
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress address : each.inetAddresses().toList()) {
          if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
            return address;
          }
        }
      }
    } catch (SocketException e) {
      return InetAddress.getLoopbackAddress();
    }
    return InetAddress.getLoopbackAddress();
  }

  private static ClientCertificate clientCertificate(HttpConnectionManager message) {
    var details = message.getSetCurrentClientCertDetails();
    return new ClientCertificate(
        switch (message.getForwardClientCertDetails()) {
          case SANITIZE, UNRECOGNIZED -> ForwardClientCertificate.SANITIZE;
          case FORWARD_ONLY -> ForwardClientCertificate.FORWARD_ONLY;
          case APPEND_FORWARD -> ForwardClientCertificate.APPEND_FORWARD;
          case SANITIZE_SET -> ForwardClientCertificate.SANITIZE_SET;
          case ALWAYS_FORWARD_ONLY -> ForwardClientCertificate.ALWAYS_FORWARD_ONLY;
        },
        details.getSubject().getValue(),
        details.getCert(),
        details.getChain(),
        details.getDns(),
        details.getUri());
  }
}
