package io.weir.controlplane.patch;

/** For which side of which kind of proxy a patch or a resource is. */
public enum PatchContext {
  ANY,
  SIDECAR_INBOUND,
  SIDECAR_OUTBOUND,
  GATEWAY,
  /** Istio's schema has it and nothing implements it: waypoints are patched as sidecars. */
  WAYPOINT;

  /** Whether a patch of this context is for resources of {@code actual}. */
  boolean covers(PatchContext actual) {
    return this == ANY || this == actual;
  }
}
