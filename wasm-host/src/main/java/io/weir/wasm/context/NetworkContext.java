package io.weir.wasm.context;

import io.weir.filter.StreamInfo;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.wasm.abi.BufferType;
import io.weir.wasm.abi.Callback;
import io.weir.wasm.abi.WasmResult;
import org.jspecify.annotations.Nullable;

/**
 * One connection in a guest. Bytes to the peer that the guest holds back are kept here, so that
 * they can be resumed and are shown together with those that follow.
 */
public final class NetworkContext extends StreamContext implements NetworkFilter, DeferredEffects {
  private static final String CLOSED = "wasm_close_stream";
  private static final int DOWNSTREAM = 2;
  private static final int UPSTREAM = 3;
  private static final int NONE = -1;
  private static final int CLOSED_UNKNOWN = 0;
  private static final int CLOSED_LOCALLY = 1;
  private static final int CLOSED_BY_PEER = 2;

  private final NetworkFilterCallbacks callbacks;
  private int inCallback = NONE;

  /** Bytes from the peer, while the guest has or holds them. */
  private @Nullable Buffer fromPeer;

  /** Bytes to the peer, while the guest has them. */
  private @Nullable Buffer toPeer;

  /** Bytes to the peer that the guest holds back. */
  private @Nullable Buffer held;

  private boolean heldEnd;
  private boolean readStopped;
  private boolean unannounced;
  private boolean writeStopped;
  private boolean continueReadWanted;
  private boolean continueWriteWanted;
  private boolean closeWanted;
  private boolean closed;
  private boolean ended;

  public NetworkContext(RootContext root, PluginSpec plugin, NetworkFilterCallbacks callbacks) {
    super(root, plugin);
    this.callbacks = callbacks;
  }

  @Override
  public FilterStatus onNewConnection() {
    if (!create()) {
      return failed();
    }
    int action = run(DOWNSTREAM, Callback.NEW_CONNECTION, 0, 0);
    FilterStatus status = read(action);
    if (readStopped && !closed) {
      // The filters behind do not know of the connection yet: its bytes wait in the kernel.
      unannounced = true;
      callbacks.readDisable(true);
    }
    return status;
  }

  @Override
  public FilterStatus onData(Buffer data, boolean endStream) {
    if (!created() || ended) {
      return FilterStatus.CONTINUE;
    }
    if (vm.failed()) {
      return failed();
    }
    fromPeer = data;
    int action = run(DOWNSTREAM, Callback.DOWNSTREAM_DATA, (int) data.length(), endStream ? 1 : 0);
    return read(action);
  }

  private FilterStatus read(int action) {
    if (vm.failed()) {
      return failed();
    }
    readStopped = action != 0 && !continueReadWanted;
    continueReadWanted = false;
    if (!readStopped) {
      fromPeer = null;
    }
    closeIfWanted();
    return readStopped || closed ? FilterStatus.STOP_ITERATION : FilterStatus.CONTINUE;
  }

  @Override
  public FilterStatus onWrite(Buffer data, boolean endStream) {
    if (!created() || ended) {
      return FilterStatus.CONTINUE;
    }
    if (vm.failed()) {
      return failed();
    }
    Buffer kept = held;
    if (kept != null) {
      data.moveTo(kept);
      kept.moveTo(data);
      held = null;
    }
    toPeer = data;
    int action = run(UPSTREAM, Callback.UPSTREAM_DATA, (int) data.length(), endStream ? 1 : 0);
    toPeer = null;
    if (vm.failed()) {
      return failed();
    }
    writeStopped = action != 0 && !continueWriteWanted;
    continueWriteWanted = false;
    if (writeStopped) {
      heldEnd |= endStream;
      held = callbacks.worker().newBuffer();
      data.moveTo(held);
    }
    if (endStream && !ended) {
      call(Callback.UPSTREAM_CLOSE, CLOSED_UNKNOWN, 0);
    }
    closeIfWanted();
    return writeStopped || closed ? FilterStatus.STOP_ITERATION : FilterStatus.CONTINUE;
  }

  private int run(int direction, Callback callback, int size, int endStream) {
    int outer = inCallback;
    inCallback = direction;
    int action = call(callback, size, endStream);
    inCallback = outer;
    if (overBudget() && !plugin.failOpen()) {
      closeStream(direction);
    }
    return action;
  }

  @Override
  public void onClose(boolean byPeer) {
    closed = true;
    if (created() && !vm.failed()) {
      call(Callback.DOWNSTREAM_CLOSE, byPeer ? CLOSED_BY_PEER : CLOSED_LOCALLY, 0);
    }
    end();
  }

  @Override
  public void onDestroy() {
    closed = true;
    end();
  }

  /** The guest's last callbacks for a connection, once. */
  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (created() && !vm.failed()) {
      call(Callback.DONE, 0, 0);
      call(Callback.LOG, 0, 0);
      call(Callback.DELETE, 0, 0);
    }
    forget();
  }

  // ---- failures and effects

  private FilterStatus failed() {
    if (plugin.failOpen()) {
      return FilterStatus.CONTINUE;
    }
    close(HttpContext.FAILED);
    return FilterStatus.STOP_ITERATION;
  }

  private void close(String details) {
    if (!closed) {
      closed = true;
      callbacks.close(NetworkFilterCallbacks.CloseType.FLUSH_WRITE, details);
    }
  }

  private void closeIfWanted() {
    if (closeWanted) {
      closeWanted = false;
      close(CLOSED);
    }
  }

  @Override
  public void applyEffects() {
    if (closed) {
      return;
    }
    if (vm.failed()) {
      applyFailure();
      return;
    }
    closeIfWanted();
    if (continueReadWanted && !closed) {
      continueReadWanted = false;
      resumeReading();
    }
    if (continueWriteWanted && !closed) {
      continueWriteWanted = false;
      resumeWriting();
    }
  }

  private void applyFailure() {
    if (plugin.failOpen()) {
      resumeReading();
      resumeWriting();
    } else {
      close(HttpContext.FAILED);
    }
  }

  private void resumeReading() {
    if (readStopped) {
      readStopped = false;
      fromPeer = null;
      callbacks.continueReading();
      if (unannounced) {
        unannounced = false;
        callbacks.readDisable(false);
      }
    }
  }

  private void resumeWriting() {
    Buffer bytes = held;
    if (writeStopped && bytes != null) {
      writeStopped = false;
      held = null;
      callbacks.injectWriteData(bytes, heldEnd);
    }
  }

  @Override
  public void postEffects() {
    callbacks.post(this::applyEffects);
  }

  // ---- HostContext

  @Override
  public int continueStream(int type) {
    if (type == DOWNSTREAM) {
      continueReadWanted = inCallback == DOWNSTREAM || readStopped;
      deferIf(continueReadWanted && inCallback != DOWNSTREAM);
    } else if (type == UPSTREAM) {
      continueWriteWanted = inCallback == UPSTREAM || writeStopped;
      deferIf(continueWriteWanted && inCallback != UPSTREAM);
    }
    return WasmResult.OK;
  }

  @Override
  public int closeStream(int type) {
    if (type == DOWNSTREAM || type == UPSTREAM) {
      closeWanted = true;
      deferIf(inCallback == NONE);
    }
    return WasmResult.OK;
  }

  private void deferIf(boolean outside) {
    if (outside) {
      vm.defer(this);
    }
  }

  private @Nullable Buffer buffer(int type) {
    return switch (type) {
      case BufferType.DOWNSTREAM_DATA -> fromPeer;
      case BufferType.UPSTREAM_DATA -> toPeer != null ? toPeer : held;
      default -> null;
    };
  }

  @Override
  public long bufferLength(int type) {
    Buffer buffer = buffer(type);
    return buffer == null ? super.bufferLength(type) : buffer.length();
  }

  @Override
  public void copyBuffer(int type, long index, byte[] target, int offset, int length) {
    Buffer buffer = buffer(type);
    if (buffer != null) {
      buffer.copyTo(index, target, offset, length);
    } else {
      super.copyBuffer(type, index, target, offset, length);
    }
  }

  @Override
  public int setBuffer(int type, long start, long length, byte[] source, int offset, int count) {
    Buffer buffer = buffer(type);
    return buffer == null
        ? super.setBuffer(type, start, length, source, offset, count)
        : splice(buffer, start, length, source, offset, count);
  }

  @Override
  public StreamInfo streamInfo() {
    return callbacks.streamInfo();
  }
}
