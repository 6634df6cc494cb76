package io.weir.proxy.tls.verify;

/** What the peer is, which its certificate must be made for. */
public enum PeerRole {
  CLIENT("1.3.6.1.5.5.7.3.2"),
  SERVER("1.3.6.1.5.5.7.3.1");

  private final String purpose;

  PeerRole(String purpose) {
    this.purpose = purpose;
  }

  /** The extended key usage. */
  String purpose() {
    return purpose;
  }
}
