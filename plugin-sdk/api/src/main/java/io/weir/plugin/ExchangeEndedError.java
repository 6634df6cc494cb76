package io.weir.plugin;

/**
 * Thrown by a call of {@link HttpCalls} whose exchange ended while it waited, so that {@code
 * finally} blocks run. An error, so that few plugins catch it; whoever does must not go on.
 */
public final class ExchangeEndedError extends Error {
  private static final long serialVersionUID = 1L;

  public ExchangeEndedError() {
    super("the exchange ended while a call was under way");
  }
}
