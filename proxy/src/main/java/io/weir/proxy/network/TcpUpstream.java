package io.weir.proxy.network;

import io.weir.filter.StreamInfo;
import io.weir.filter.buffer.Buffer;
import io.weir.proxy.buffer.NettyBuffer;

/** The upstream side of a TCP proxy: bytes both ways, each way ending by itself. */
sealed interface TcpUpstream permits ChannelUpstream, TunnelUpstream {

  /** Begins to read. */
  void start();

  /** Sends bytes; takes all of them. */
  void write(Buffer data, boolean endStream);

  void readDisable(boolean disable);

  /** Closes, after what is buffered has been written or at once. */
  void close(boolean flush);

  /** Notes how many bytes its wire has carried so far. */
  void noteBytes(StreamInfo info);

  /** Whether bytes wait to be written. */
  boolean hasPendingWrites();

  /** Told about the connection, on its worker. */
  interface Listener {
    /** Takes all bytes. */
    void onUpstreamData(NettyBuffer data);

    /** The host sent its last byte. */
    void onUpstreamEnd();

    /** The connection is closed. */
    void onUpstreamClosed(TcpUpstream upstream);

    void onUpstreamWritable(boolean writable);
  }
}
