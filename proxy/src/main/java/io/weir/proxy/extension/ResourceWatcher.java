package io.weir.proxy.extension;

import com.google.protobuf.Message;
import io.weir.filter.Problems;

/**
 * Receives the versions of one xDS resource, whatever it comes from: ADS, an own stream or a file.
 * Called on the control thread.
 *
 * @param <M> the resource's message
 */
public interface ResourceWatcher<M extends Message> {

  /**
   * A new version. Validation rules and supported fields were checked already.
   *
   * @param problems what is wrong with it; when the watcher reports any, the version is rejected
   *     (NACK) and the watcher must go on with what it had
   */
  void onResource(M resource, String version, Problems problems);

  /** The resource does not exist any more. */
  default void onRemoved() {}

  /**
   * A file was read that holds no resources of the type; what was there before stays in use.
   *
   * @return whether that counts as an update rather than as a rejected one
   */
  default boolean onNothing() {
    return false;
  }

  /** The first version did not come within the source's {@code initial_fetch_timeout}. */
  default void onInitialFetchTimeout() {}
}
