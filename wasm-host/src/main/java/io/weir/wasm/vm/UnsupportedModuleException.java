package io.weir.wasm.vm;

/** The module cannot run here; the message is the reason, for the person who configured it. */
public final class UnsupportedModuleException extends Exception {
  private static final long serialVersionUID = 1;

  public UnsupportedModuleException(String reason) {
    super(reason);
  }

  public UnsupportedModuleException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
