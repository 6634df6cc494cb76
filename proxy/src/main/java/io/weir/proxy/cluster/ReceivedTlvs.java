package io.weir.proxy.cluster;

import java.util.List;

/**
 * TLVs of a downstream connection that may go on to an upstream; kept in the connection's filter
 * state under {@link #STATE}.
 */
public record ReceivedTlvs(List<ProxyHeader.Tlv> tlvs) {
  /** Envoy's key of the PROXY protocol's state. */
  public static final String STATE = "envoy.network.proxy_protocol_options";

  public ReceivedTlvs {
    tlvs = List.copyOf(tlvs);
  }
}
