package io.weir.controlplane.module;

import io.weir.controlplane.push.ServedModule;
import java.time.Instant;

/**
 * Where a plugin's module is on its way to the proxies. What the proxies made of it stands with
 * their subscriptions.
 *
 * @param sha256 of the module that is served, empty while there is none
 * @param reason why the wanted module cannot be had, or empty
 * @param attempts that failed in a row
 */
public record ModuleStatus(
    State state, String url, String sha256, String reason, int attempts, Instant since) {

  /** The stages. */
  public enum State {
    /** On the way for the first time. */
    FETCHING,
    /** Here and checked. */
    VERIFIED,
    /** The wanted module cannot be had; the last good one is served, or a substitute. */
    DEGRADED
  }

  static ModuleStatus fetching(ModuleRequest request, String lastGood) {
    return new ModuleStatus(State.FETCHING, request.url(), lastGood, "", 0, Instant.now());
  }

  static ModuleStatus verified(ModuleRequest request, String sha256) {
    return new ModuleStatus(State.VERIFIED, request.url(), sha256, "", 0, Instant.now());
  }

  ModuleStatus degraded(String why, int failed) {
    return new ModuleStatus(State.DEGRADED, url, sha256, why, failed, since);
  }

  ServedModule served() {
    if (!sha256.isEmpty()) {
      return new ServedModule(ServedModule.State.READY, sha256);
    }
    return new ServedModule(
        state == State.DEGRADED ? ServedModule.State.FAILED : ServedModule.State.PENDING, "");
  }
}
