package io.weir.plugin;

/** What happens after a callback. */
public enum Action {
  /** Go on to the next filter. */
  CONTINUE,
  /** Hold what was delivered until {@link HttpExchange#resumeRequest} and its like. */
  PAUSE
}
