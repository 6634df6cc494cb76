package io.weir.proxy.tls.pem;

/** A certificate, key or list that cannot be used; the message says why, and holds no secrets. */
public final class CredentialException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  public CredentialException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Why, in words for who wrote the configuration. */
  public String reason() {
    return reason;
  }
}
