package io.weir.filter.testkit;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.NetworkFilterCallbacks;
import java.util.ArrayList;
import java.util.List;

/** One connection's callbacks; records what its filter did. */
public final class FakeNetworkCallbacks implements NetworkFilterCallbacks {
  public final FakeWorker worker;
  public final FakeStreamInfo info = new FakeStreamInfo();

  /** In order: {@code continueReading}, {@code close FLUSH_WRITE details}. */
  public final List<String> events = new ArrayList<>();

  /** Bytes sent on towards the upstream and towards the peer, past the filter. */
  public final HeapBuffer injectedRead = new HeapBuffer();

  public final HeapBuffer injectedWrite = new HeapBuffer();
  public final HeapBuffer written = new HeapBuffer();
  public int readDisabled;
  public boolean halfClose;

  public FakeNetworkCallbacks(FakeWorker worker) {
    this.worker = worker;
  }

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public void post(Runnable task) {
    worker.execute(task);
  }

  @Override
  public ConnectionInfo connection() {
    return info.connection;
  }

  @Override
  public StreamInfo streamInfo() {
    return info;
  }

  @Override
  public void continueReading() {
    events.add("continueReading");
  }

  @Override
  public void injectReadData(Buffer data, boolean endStream) {
    data.moveTo(injectedRead);
  }

  @Override
  public void injectWriteData(Buffer data, boolean endStream) {
    data.moveTo(injectedWrite);
  }

  @Override
  public void write(Buffer data, boolean endStream) {
    data.moveTo(written);
  }

  @Override
  public void readDisable(boolean disable) {
    readDisabled += disable ? 1 : -1;
  }

  @Override
  public void enableHalfClose(boolean enabled) {
    halfClose = enabled;
  }

  @Override
  public boolean aboveWriteBufferHighWatermark() {
    return false;
  }

  @Override
  public void close(CloseType type, String details) {
    events.add("close " + type + " " + details);
  }
}
