package io.weir.plugin.verify;

/**
 * A use of what plugins do not have.
 *
 * @param place {@code File.java:12}
 * @param used the class or member, as source names it
 * @param hint what to do instead; empty when nobody knows
 */
public record Finding(String place, String used, String hint) {
  @Override
  public String toString() {
    return place
        + ": "
        + used
        + " does not exist for plugins"
        + (hint.isEmpty() ? "" : "; " + hint);
  }
}
