package io.weir.proxy.websocket;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Netty's WebSocket client; frames are {@code kind:bytes}, a + behind the kind when more follow.
 */
final class FrameClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 20;
  private static final int CLOSE_CODES = 1000;

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private final Channel channel;

  FrameClient(int port) throws Exception {
    var handshaker =
        WebSocketClientHandshakerFactory.newHandshaker(
            URI.create("ws://127.0.0.1:" + port + "/echo"),
            WebSocketVersion.V13,
            null,
            false,
            new DefaultHttpHeaders(),
            2 << 20);
    channel =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    made.pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(8192))
                        .addLast(new WebSocketClientProtocolHandler(handshaker, false, false))
                        .addLast(new Frames());
                  }
                })
            .connect("127.0.0.1", port)
            .sync()
            .channel();
    if (!open.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no handshake");
    }
  }

  private final class Frames extends SimpleChannelInboundHandler<WebSocketFrame> {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
        open.countDown();
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
      received.add(describe(frame));
    }
  }

  private static String describe(WebSocketFrame frame) {
    String kind =
        switch (frame) {
          case TextWebSocketFrame _ -> "text";
          case BinaryWebSocketFrame _ -> "binary";
          case ContinuationWebSocketFrame _ -> "more";
          case PingWebSocketFrame _ -> "ping";
          case PongWebSocketFrame _ -> "pong";
          case CloseWebSocketFrame _ -> "close";
          default -> "other";
        };
    int number =
        frame instanceof CloseWebSocketFrame close
            ? close.statusCode()
            : frame.content().readableBytes();
    return kind + (frame.isFinalFragment() ? "" : "+") + ":" + number;
  }

  void send(String frame) {
    int colon = frame.indexOf(':');
    String kind = frame.substring(0, colon);
    int number = Integer.parseInt(frame.substring(colon + 1));
    boolean last = !kind.endsWith("+");
    ByteBuf content =
        Unpooled.wrappedBuffer(
            "x".repeat(number >= CLOSE_CODES && kind.equals("close") ? 0 : number).getBytes());
    channel.writeAndFlush(
        switch (last ? kind : kind.substring(0, kind.length() - 1)) {
          case "text" -> new TextWebSocketFrame(last, 0, content);
          case "binary" -> new BinaryWebSocketFrame(last, 0, content);
          case "more" -> new ContinuationWebSocketFrame(last, 0, content);
          case "ping" -> new PingWebSocketFrame(content);
          case "pong" -> new PongWebSocketFrame(content);
          case "close" -> new CloseWebSocketFrame(number, "bye");
          default -> throw new IllegalArgumentException(frame);
        });
  }

  String receive() throws InterruptedException {
    String frame = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return frame == null ? "nothing" : frame;
  }

  boolean nothingMore() {
    return received.isEmpty();
  }

  @Override
  public void close() {
    channel.close();
    loops.shutdownGracefully();
  }
}
