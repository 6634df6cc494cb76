package io.weir.controlplane.generate;

/** Where a proxy is, which decides what is near to it. Empty parts are unknown. */
record ProxyLocality(String region, String zone, String subzone) {

  static final ProxyLocality UNKNOWN = new ProxyLocality("", "", "");
}
