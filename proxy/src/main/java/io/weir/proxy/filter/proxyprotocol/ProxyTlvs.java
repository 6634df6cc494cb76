package io.weir.proxy.filter.proxyprotocol;

import java.util.List;

/** TLVs that are passed on to the upstream; kept in the filter state. */
record ProxyTlvs(List<ProxyHeader.Tlv> tlvs) {
  ProxyTlvs {
    tlvs = List.copyOf(tlvs);
  }
}
