package io.weir.controlplane.generate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a proxy is, which decides what is near to it. Empty parts are unknown.
 *
 * @param labels of the proxy that are compared with those of endpoints; others would only keep
 *     proxies from sharing what is generated
 */
record ProxyLocality(String region, String zone, String subzone, Map<String, String> labels) {

  /** With those of a proxy's labels that {@code names} lists; {@code name=value} needs none. */
  ProxyLocality labelled(Map<String, String> own, List<String> names) {
    if (names.isEmpty()) {
      return this;
    }
    Map<String, String> all = TopologyLabels.of(own, region, zone, subzone, "");
    Map<String, String> kept = new TreeMap<>();
    for (String name : names) {
      String value = all.get(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    return new ProxyLocality(region, zone, subzone, Map.copyOf(kept));
  }
}
