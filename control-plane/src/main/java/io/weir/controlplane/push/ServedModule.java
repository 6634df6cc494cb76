package io.weir.controlplane.push;

/**
 * What proxies are told of a plugin's module.
 *
 * @param sha256 of the module, when it is ready
 */
public record ServedModule(State state, String sha256) {

  /** Whether there is something to serve. */
  public enum State {
    /** Not yet: proxies wait. */
    PENDING,
    READY,
    /** It cannot be had, and there never was one: a substitute is served. */
    FAILED
  }
}
