package io.weir.controlplane.patch;

/** Whose behaviour the patch engine has where Istio's is a defect. */
public enum Profile {
  /** Defects are fixed, and a report says where that makes a difference. */
  WEIR,
  /** As Istio, defects included. */
  ISTIO
}
