package io.weir.wasm.vm;

/**
 * Ends a guest call for a reason of the host's: an exit, a budget, a forbidden call. Thrown through
 * guest frames; the instance is dead afterwards.
 */
public final class GuestTrap extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String kind;

  /**
   * @param kind a word for statistics
   */
  public GuestTrap(String kind, String reason) {
    super(reason, null, false, true);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }
}
