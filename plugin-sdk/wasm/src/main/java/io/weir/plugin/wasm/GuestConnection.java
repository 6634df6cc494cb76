package io.weir.plugin.wasm;

import io.weir.plugin.Connection;
import io.weir.plugin.Log;
import io.weir.plugin.NetworkPlugin;
import org.jspecify.annotations.Nullable;

/** One network stream context. */
final class GuestConnection implements Connection {
  private final NetworkPlugin plugin;
  private @Nullable Object state;

  GuestConnection(NetworkPlugin plugin) {
    this.plugin = plugin;
  }

  NetworkPlugin plugin() {
    return plugin;
  }

  @Override
  public void resumeDownstream() {
    Abi.continueStream(Abi.DOWNSTREAM);
  }

  @Override
  public void close() {
    Abi.closeStream(Abi.DOWNSTREAM);
  }

  @Override
  public @Nullable String attribute(String... path) {
    return GuestProperties.get(path);
  }

  @Override
  public @Nullable Object state() {
    return state;
  }

  @Override
  public void setState(@Nullable Object state) {
    this.state = state;
  }

  @Override
  public Log log() {
    return GuestLog.INSTANCE;
  }
}
