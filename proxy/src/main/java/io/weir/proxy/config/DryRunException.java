package io.weir.proxy.config;

/** Something that needs the network and so does not happen while configuration is only checked. */
final class DryRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DryRunException(String what) {
    super(what + " is not done in a dry run", null, false, false);
  }
}
