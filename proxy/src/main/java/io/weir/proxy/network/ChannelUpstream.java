package io.weir.proxy.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.ByteCounter;
import io.weir.filter.buffer.Buffer;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.worker.EventLoopWorker;
import java.io.IOException;

/** A connection of its own to the host. */
final class ChannelUpstream extends ChannelInboundHandlerAdapter implements TcpUpstream {
  private final Channel channel;
  private final EventLoopWorker worker;
  private final Listener listener;
  private final NettyBuffer received;
  private final Runnable flush = this::flushNow;
  private boolean flushScheduled;
  private boolean peerEnded;
  private boolean writeEnded;
  private boolean closed;
  private boolean closing;
  private boolean endedByPeer;
  private boolean reset;
  private long bytesReceived;
  private long bytesSent;

  ChannelUpstream(Channel channel, EventLoopWorker worker, Listener listener) {
    this.channel = channel;
    this.worker = worker;
    this.listener = listener;
    this.received = new NettyBuffer(worker.allocator());
  }

  @Override
  public void start() {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.pipeline().addLast(this);
    if (!channel.isActive()) {
      end(true);
      return;
    }
    channel.config().setAutoRead(true);
  }

  boolean endedByPeer() {
    return endedByPeer;
  }

  /** Whether the host broke the connection off. */
  boolean reset() {
    return reset;
  }

  long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public void noteBytes(StreamInfo info) {
    info.setByteCount(ByteCounter.UPSTREAM_WIRE_BYTES_RECEIVED, bytesReceived);
    info.setByteCount(ByteCounter.UPSTREAM_WIRE_BYTES_SENT, bytesSent);
  }

  long bytesSent() {
    return bytesSent;
  }

  @Override
  public void write(Buffer data, boolean endStream) {
    var buffer = (NettyBuffer) data;
    if (closed || closing || writeEnded) {
      buffer.release();
      return;
    }
    bytesSent += buffer.length();
    ByteBuf slice;
    while ((slice = buffer.poll()) != null) {
      channel.write(slice, channel.voidPromise());
    }
    if (endStream) {
      writeEnded = true;
      endOutput();
    } else if (!flushScheduled) {
      flushScheduled = true;
      worker.atEndOfBatch(flush);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    if (!closed) {
      channel.flush();
    }
  }

  private void endOutput() {
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            done -> {
              if (closed || !done.isSuccess()) {
                return;
              }
              if (peerEnded) {
                channel.close();
                return;
              }
              SslHandler tls = channel.pipeline().get(SslHandler.class);
              if (tls != null) {
                tls.closeOutbound();
              } else if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }

  @Override
  public void readDisable(boolean disable) {
    if (!closed) {
      channel.config().setAutoRead(!disable);
    }
  }

  @Override
  public void close(boolean flush) {
    if (closed || closing) {
      return;
    }
    closing = true;
    if (flush) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
    } else {
      channel.close();
    }
  }

  @Override
  public boolean hasPendingWrites() {
    var outbound = channel.unsafe().outboundBuffer();
    return outbound != null && outbound.totalPendingWriteBytes() > 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (closing) {
      bytes.release();
      return;
    }
    bytesReceived += bytes.readableBytes();
    received.append(bytes);
    listener.onUpstreamData(received);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    boolean ended =
        event instanceof ChannelInputShutdownEvent || event == SslCloseCompletionEvent.SUCCESS;
    if (!ended || peerEnded || closed) {
      return;
    }
    peerEnded = true;
    if (writeEnded) {
      endedByPeer = true;
      listener.onUpstreamEnd();
      channel.close();
    } else if (!closing) {
      listener.onUpstreamEnd();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!channel.isWritable()) {
      channel.flush();
    }
    listener.onUpstreamWritable(channel.isWritable());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(!closing && !(peerEnded && writeEnded && !endedByPeer));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reset = !closing && cause instanceof IOException;
    channel.close();
  }

  private void end(boolean byPeer) {
    if (closed) {
      return;
    }
    closed = true;
    endedByPeer |= byPeer;
    received.release();
    listener.onUpstreamClosed(this);
  }
}
