package io.weir.xds.codec;

/** How field names are spelled in JSON and YAML. */
public enum JsonNames {
  /** As in the proto files, {@code stat_prefix}: what Envoy prints. */
  PROTO,
  /** {@code statPrefix}: proto3's default, what Istio's resources use. */
  CAMEL
}
