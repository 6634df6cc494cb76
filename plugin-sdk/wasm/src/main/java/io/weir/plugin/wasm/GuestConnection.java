package io.weir.plugin.wasm;

import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Connection;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.Log;
import io.weir.plugin.NetworkPlugin;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One network stream context. */
final class GuestConnection implements Connection {
  private final int context;
  private final NetworkPlugin plugin;
  private @Nullable Object state;

  /**
   * @param context the host's number of the connection
   */
  GuestConnection(int context, NetworkPlugin plugin) {
    this.context = context;
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
  public void call(Call call, Consumer<CallReply> then) {
    GuestCalls.send(context, call, then);
  }

  @Override
  public void grpc(GrpcCall call, Consumer<GrpcReply> then) {
    GuestGrpc.send(context, call, then);
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
