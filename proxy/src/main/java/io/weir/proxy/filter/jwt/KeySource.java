package io.weir.proxy.filter.jwt;

import io.weir.filter.Worker;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a provider's keys come from. */
interface KeySource {

  /**
   * Hands the keys to {@code use}, at once when they are known, otherwise later on the same worker;
   * null when they cannot be had.
   */
  void get(Worker worker, Consumer<@Nullable JsonWebKeys> use);

  /** Keys that stand in the configuration. */
  record Local(JsonWebKeys keys) implements KeySource {
    @Override
    public void get(Worker worker, Consumer<@Nullable JsonWebKeys> use) {
      use.accept(keys);
    }
  }
}
