package io.weir.controlplane.patch;

/** Where an added filter goes in the order of built-in filters. */
public enum FilterClass {
  UNSPECIFIED,
  /** After the authentication filters. */
  AUTHN,
  /** After the authorization filters. */
  AUTHZ,
  /** Before the statistics filters. */
  STATS
}
