package io.weir.plugin.jvm;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.plugin.Action;
import io.weir.plugin.Call;
import io.weir.plugin.CallReply;
import io.weir.plugin.Connection;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcReply;
import io.weir.plugin.Log;
import io.weir.plugin.NetworkPlugin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection of a network plugin. What leaves a callback is logged, counted and closes it. */
final class NetworkPluginFilter implements NetworkFilter, Connection {
  private final NetworkPlugin plugin;
  private final PluginCalls calls;
  private final NetworkFilterCallbacks callbacks;
  private final List<PluginCall> sent = new ArrayList<>(0);
  private @Nullable Object state;

  NetworkPluginFilter(NetworkPlugin plugin, PluginCalls calls, NetworkFilterCallbacks callbacks) {
    this.plugin = plugin;
    this.calls = calls;
    this.callbacks = callbacks;
  }

  @Override
  public FilterStatus onNewConnection() {
    int outer = calls.budget().enter();
    try {
      return status(plugin.onNewConnection(this));
    } catch (Throwable e) {
      return failed("onNewConnection", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    int outer = calls.budget().enter();
    try {
      return status(plugin.onDownstreamData(this, new SpiBody(data, 0), endStream));
    } catch (Throwable e) {
      return failed("onDownstreamData", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  @Override
  public FilterStatus onWrite(Buffer data, boolean endStream) {
    int outer = calls.budget().enter();
    try {
      return status(plugin.onUpstreamData(this, new SpiBody(data, 0), endStream));
    } catch (Throwable e) {
      return failed("onUpstreamData", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  @Override
  public void call(Call call, Consumer<CallReply> then) {
    sent.add(PluginCall.send(callbacks.worker().clusters(), call, reply -> replied(then, reply)));
  }

  @Override
  public void grpc(GrpcCall call, Consumer<GrpcReply> then) {
    sent.add(PluginCall.send(callbacks.worker(), call, reply -> replied(then, reply)));
  }

  private <R> void replied(Consumer<R> then, R reply) {
    int outer = calls.budget().enter();
    try {
      then.accept(reply);
    } catch (Throwable e) {
      failed("a call's reply", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  @Override
  public void onClose(boolean byPeer) {
    sent.forEach(PluginCall::cancel);
    int outer = calls.budget().enter();
    try {
      plugin.onClose(this);
    } catch (Throwable e) {
      calls.failed("onClose", e);
    } finally {
      calls.budget().exit(outer);
    }
  }

  private FilterStatus failed(String callback, Throwable error) {
    calls.failed(callback, error);
    callbacks.close(NetworkFilterCallbacks.CloseType.NO_FLUSH, "plugin_error");
    return FilterStatus.STOP_ITERATION;
  }

  private static FilterStatus status(Action action) {
    return action == Action.CONTINUE ? FilterStatus.CONTINUE : FilterStatus.STOP_ITERATION;
  }

  @Override
  public void resumeDownstream() {
    callbacks.continueReading();
  }

  @Override
  public void close() {
    callbacks.close(NetworkFilterCallbacks.CloseType.FLUSH_WRITE, "plugin_close");
  }

  @Override
  public @Nullable String attribute(String... path) {
    return new Attributes(callbacks.streamInfo(), callbacks.connection(), null, null, null)
        .get(path);
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
    return calls.log();
  }
}
