package io.weir.cli;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The built-in upstream: answers every request with what it received, as JSON. */
public final class EchoServer implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 64 << 20;

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;

  private EchoServer(InetSocketAddress address) throws InterruptedException {
    listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpServerExpectContinueHandler(),
                            new HttpObjectAggregator(MAX_BODY_BYTES),
                            new EchoHandler());
                  }
                })
            .bind(address)
            .sync()
            .channel();
  }

  /** Binds and serves until {@link #close}. */
  public static EchoServer start(InetSocketAddress address) throws InterruptedException {
    return new EchoServer(address);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
  }

  /** One connection. */
  private static final class EchoHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      byte[] json = describe(request).getBytes(StandardCharsets.UTF_8);
      ByteBuf body = Unpooled.wrappedBuffer(json);
      var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      response.headers().set("content-type", "application/json");
      response.headers().set("x-echo", "weir");
      HttpUtil.setContentLength(response, json.length);
      boolean keepAlive = HttpUtil.isKeepAlive(request);
      if (!keepAlive) {
        response.headers().set("connection", "close");
      }
      var written = context.writeAndFlush(response);
      if (!keepAlive) {
        written.addListener(ChannelFutureListener.CLOSE);
      }
    }

    private static String describe(FullHttpRequest request) {
      var json = new StringBuilder(512);
      json.append("{\"method\":").append(quote(request.method().name()));
      json.append(",\"path\":").append(quote(request.uri()));
      json.append(",\"headers\":{");
      String separator = "";
      for (String name : request.headers().names()) {
        json.append(separator).append(quote(name.toLowerCase(java.util.Locale.ROOT))).append(':');
        json.append(quote(String.join(",", request.headers().getAll(name))));
        separator = ",";
      }
      json.append("},\"body\":").append(quote(request.content().toString(StandardCharsets.UTF_8)));
      if (!request.trailingHeaders().isEmpty()) {
        json.append(",\"trailers\":{");
        separator = "";
        for (Map.Entry<String, String> trailer : request.trailingHeaders()) {
          json.append(separator).append(quote(trailer.getKey())).append(':');
          json.append(quote(trailer.getValue()));
          separator = ",";
        }
        json.append('}');
      }
      return json.append("}\n").toString();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /** {@code text} as a JSON string. */
  static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < 0x20) {
            quoted.append("\\u00").append(Character.forDigit(c >> 4, 16));
            quoted.append(Character.forDigit(c & 15, 16));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
