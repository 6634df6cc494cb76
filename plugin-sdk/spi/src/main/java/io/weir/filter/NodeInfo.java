package io.weir.filter;

/**
 * The proxy's identity, from bootstrap and command line.
 *
 * @param id {@code node.id}
 * @param cluster {@code node.cluster}
 * @param metadata {@code node.metadata}
 */
public record NodeInfo(String id, String cluster, Value.MapValue metadata, Locality locality) {

  /** Where the proxy runs. Empty strings when unknown. */
  public record Locality(String region, String zone, String subZone) {
    public static final Locality NONE = new Locality("", "", "");
  }
}
