package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.proxy.cluster.ProxyHeader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyHeaderTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.0.0.1, PROXY TCP4 10.1.2.3 10.0.0.1 1234 80",
    "fd00::1, fd00::2, PROXY TCP6 fd00:0:0:0:0:0:0:1 fd00:0:0:0:0:0:0:2 1234 80",
    "10.1.2.3, fd00::2, PROXY UNKNOWN",
  })
  void versionOne(String from, String to, String line) {
    var peers =
        new ProxyHeader.Peers(new InetSocketAddress(from, 1234), new InetSocketAddress(to, 80));
    ByteBuf header = new ProxyHeader(1, List.of()).encode(peers, UnpooledByteBufAllocator.DEFAULT);
    assertThat(header.toString(StandardCharsets.US_ASCII)).isEqualTo(line + "\r\n");
    header.release();
  }

  @ParameterizedTest
  @CsvSource({
    "true, 0d0a0d0a000d0a515549540a2111000c0a0102030a00000104d20050",
    "false, 0d0a0d0a000d0a515549540a20000000",
  })
  void versionTwo(boolean known, String hex) {
    var peers =
        known
            ? new ProxyHeader.Peers(
                new InetSocketAddress("10.1.2.3", 1234), new InetSocketAddress("10.0.0.1", 80))
            : ProxyHeader.Peers.of(null);
    ByteBuf header = new ProxyHeader(2, List.of()).encode(peers, UnpooledByteBufAllocator.DEFAULT);
    assertThat(ByteBufUtil.hexDump(header)).isEqualTo(hex);
    header.release();
  }
}
