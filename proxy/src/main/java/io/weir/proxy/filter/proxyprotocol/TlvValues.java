package io.weir.proxy.filter.proxyprotocol;

import io.weir.filter.FilterState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that rules took out of TLVs, by key; kept in the filter state. */
record TlvValues(Map<String, String> values) implements FilterState.Serializable {
  static final String STATE = "envoy.network.proxy_protocol.tlv";

  TlvValues {
    values = Map.copyOf(values);
  }

  @Override
  public @Nullable String serializeAsString() {
    return null;
  }

  @Override
  public @Nullable String field(String name) {
    return values.get(name);
  }
}
