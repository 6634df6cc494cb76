package io.weir.controlplane.push;

/** Whether proxies get certificates of the mesh. */
public enum Certificates {
  /** Somebody issues them to every proxy that asks. */
  ISSUED,

  /**
   * Nobody does: a proxy would wait for them for ever. What accepts or offers both mTLS and plain
   * text then does plain text only; what demands mTLS still does.
   */
  NONE
}
