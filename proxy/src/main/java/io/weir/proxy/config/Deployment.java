package io.weir.proxy.config;

import com.google.protobuf.Message;
import io.weir.proxy.extension.LoadContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How resources of one kind are put into use. Called on the control thread.
 *
 * @param <M> the resource's message
 * @param <L> the loaded form
 */
public interface Deployment<M extends Message, L> {
  M prototype();

  String nameOf(M message);

  /** Loads a version; null when problems were reported. */
  @Nullable L load(M message, LoadContext context);

  /**
   * Puts a warm version into use, in place of the one that has its name.
   *
   * @param retired run on the control thread when this version, replaced or removed one day, is out
   *     of use everywhere
   * @return completes when all workers use it; fails when it cannot be used, a socket that cannot
   *     be bound say
   */
  CompletionStage<Void> activate(L loaded, Runnable retired);

  /** Takes a name out of use. */
  void remove(String name);
}
