package io.weir.proxy.grpc;

import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.net.InetSocketAddress;

/** grpc-java's interoperability suite with the proxy between its client and its server. */
public final class InteropCases extends AbstractInteropTest {
  static final MultiThreadIoEventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());

  /** Where the suite's servers listen, and the proxy in front of them; set before it runs. */
  static int serverPort;

  static int proxyPort;

  /** One case starts a second server before the first has let go of the port. */
  @Override
  protected ServerBuilder<?> getServerBuilder() {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress("127.0.0.1", serverPort), InsecureServerCredentials.create())
        .bossEventLoopGroup(LOOPS)
        .workerEventLoopGroup(LOOPS)
        .channelType(EpollServerSocketChannel.class)
        .withOption(UnixChannelOption.SO_REUSEPORT, true)
        .withOption(ChannelOption.SO_REUSEADDR, true)
        .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
        .maxInboundMessageSize(MAX_MESSAGE_SIZE);
  }

  @Override
  protected ManagedChannelBuilder<?> createChannelBuilder() {
    return NettyChannelBuilder.forAddress("127.0.0.1", proxyPort)
        .usePlaintext()
        .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
        .maxInboundMessageSize(MAX_MESSAGE_SIZE);
  }

  /** The census filters of the suite need their agent. */
  @Override
  protected boolean metricsExpected() {
    return false;
  }

  /** Asks for the peer's address, which is the proxy's here. */
  @Override
  public void getServerAddressAndLocalAddressFromClient() {}
}
