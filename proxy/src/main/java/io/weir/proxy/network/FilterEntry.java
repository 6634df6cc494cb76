package io.weir.proxy.network;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.proxy.buffer.NettyBuffer;
import org.jspecify.annotations.Nullable;

/** A filter's place in the chain of a connection. */
final class FilterEntry implements NetworkFilterCallbacks {
  private final Connection connection;
  private final NetworkFilterChain chain;
  private final int index;

  /** Set right after construction, once the filter has been made with this entry as callbacks. */
  @Nullable NetworkFilter filter;

  /** Whether {@code onNewConnection} was called. */
  boolean started;

  FilterEntry(Connection connection, NetworkFilterChain chain, int index) {
    this.connection = connection;
    this.chain = chain;
    this.index = index;
  }

  NetworkFilter filter() {
    NetworkFilter made = filter;
    if (made == null) {
      throw new IllegalStateException("the filter is not made yet");
    }
    return made;
  }

  @Override
  public Worker worker() {
    return connection.worker();
  }

  @Override
  public void post(Runnable task) {
    connection.post(task);
  }

  @Override
  public ConnectionInfo connection() {
    return connection.info();
  }

  @Override
  public StreamInfo streamInfo() {
    return connection.streamInfo();
  }

  @Override
  public void continueReading() {
    connection.continueReading(index + 1);
  }

  @Override
  public void injectReadData(Buffer data, boolean endStream) {
    if (connection.isOpen()) {
      chain.read(index + 1, netty(data), endStream);
    }
  }

  @Override
  public void injectWriteData(Buffer data, boolean endStream) {
    if (connection.canWrite()) {
      chain.write(index, netty(data), endStream);
    }
  }

  @Override
  public void write(Buffer data, boolean endStream) {
    connection.write(netty(data), endStream);
  }

  @Override
  public void readDisable(boolean disable) {
    connection.readDisable(disable);
  }

  @Override
  public void enableHalfClose(boolean enabled) {
    connection.enableHalfClose(enabled);
  }

  @Override
  public boolean aboveWriteBufferHighWatermark() {
    return connection.aboveWriteBufferHighWatermark();
  }

  @Override
  public long bufferLimit() {
    return connection.bufferLimit();
  }

  @Override
  public long unsentBytes() {
    return connection.unsentBytes();
  }

  @Override
  public void setDelayedCloseTimeout(long millis) {
    connection.setDelayedCloseTimeout(millis);
  }

  @Override
  public boolean drainClose() {
    return connection.drainClose();
  }

  @Override
  public void setConnectionTerminationDetails(String details) {
    connection.info().setTerminationDetails(details);
  }

  @Override
  public void close(CloseType type, String details) {
    connection.close(type, details);
  }

  private NettyBuffer netty(Buffer data) {
    if (data instanceof NettyBuffer buffer) {
      return buffer;
    }
    var copy = new NettyBuffer(connection.allocator());
    data.moveTo(copy);
    return copy;
  }
}
