package io.weir.controlplane.patch;

/**
 * The parts of Istio's names of clusters and inbound route tables, {@code
 * outbound|80|v1|items.shop.svc.cluster.local}; zero and empty for names of another form.
 */
record SubsetKey(String direction, int port, String subset, String host) {

  static SubsetKey parse(String name) {
    String[] parts = name.split("\\|", -1);
    if (parts.length < 4) {
      // Clusters for SNI passthrough join the parts with underscores and dots.
      return name.startsWith("outbound_.") || name.startsWith("inbound_.")
          ? parseSni(name)
          : new SubsetKey("", 0, "", "");
    }
    return new SubsetKey(parts[0], number(parts[1]), parts[2], parts[3]);
  }

  private static SubsetKey parseSni(String name) {
    String[] parts = name.split("_\\.", 4);
    return parts.length < 4
        ? new SubsetKey("", 0, "", "")
        : new SubsetKey(parts[0], number(parts[1]), parts[2], parts[3]);
  }

  /** 0 when the text is no number. */
  static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
