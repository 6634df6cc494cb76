package io.weir.plugin.jvm;

/**
 * Ends a plugin's callback that took longer than it may. An error, so that few plugins catch it.
 */
final class BudgetExceededError extends Error {
  private static final long serialVersionUID = 1L;

  BudgetExceededError() {
    super("the callback took longer than its budget");
  }
}
