package io.weir.controlplane.config;

/** Where in the filter chain a plugin stands: before the filters that the phase is named after. */
public enum PluginPhase {
  UNSPECIFIED_PHASE,
  AUTHN,
  AUTHZ,
  STATS
}
