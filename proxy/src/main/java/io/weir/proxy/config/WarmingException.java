package io.weir.proxy.config;

/** A resource that loaded but could not be made ready. The message is for the user. */
final class WarmingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WarmingException(String message) {
    super(message);
  }
}
