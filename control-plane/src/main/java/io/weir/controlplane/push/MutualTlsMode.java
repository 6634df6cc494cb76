package io.weir.controlplane.push;

/** What an inbound port accepts. */
public enum MutualTlsMode {
  DISABLE,
  PERMISSIVE,
  STRICT
}
