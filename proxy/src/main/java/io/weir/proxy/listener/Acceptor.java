package io.weir.proxy.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what one listening socket accepts to the listener's present version, on the worker of the
 * socket or, when the socket serves all workers, on each in turn. Owned by the socket's worker.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger("conn_handler");

  private WorkerListener[] targets;
  private int next;
  private int accepted;

  /**
   * @param targets on the workers among which connections are shared out
   */
  Acceptor(WorkerListener[] targets) {
    this.targets = targets;
  }

  /** Sends later connections to another version. */
  void retarget(WorkerListener[] newTargets) {
    targets = newTargets;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var channel = (Channel) message;
    accepted++;
    WorkerListener target = targets[next];
    next = (next + 1) % targets.length;
    if (target.worker().inWorker()) {
      target.accept(channel);
    } else {
      target.worker().execute(() -> target.accept(channel));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (accepted > 0) {
      targets[0].stats().acceptsPerSocketEvent.record(accepted);
      accepted = 0;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // Out of file descriptors and the like; Netty pauses accepting for a moment.
    LOG.warn("accepting on {} failed: {}", context.channel().localAddress(), cause.toString());
  }
}
