package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.proxy.cluster.ProxyHeader;
import io.weir.proxy.cluster.ProxyHeader.Passed;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
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
    ByteBuf header =
        new ProxyHeader(1, List.of(), Passed.NONE).encode(peers, UnpooledByteBufAllocator.DEFAULT);
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
            : new ProxyHeader(2, List.of(), Passed.NONE).peers(null);
    ByteBuf header =
        new ProxyHeader(2, List.of(), Passed.NONE).encode(peers, UnpooledByteBufAllocator.DEFAULT);
    assertThat(ByteBufUtil.hexDump(header)).isEqualTo(hex);
    header.release();
  }

  /** What came from downstream goes on when its type may; what is added takes its place. */
  @ParameterizedTest
  @CsvSource({
    "false, '', f00001ff",
    "false, 5, f00001ff050001aa",
    "true, '', f00001ff020001bb050001aa",
  })
  void tlvsOfTheDownstream(boolean all, String type, String hex) {
    Set<Integer> types = type.isEmpty() ? Set.of() : Set.of(Integer.valueOf(type));
    var header = new ProxyHeader(2, List.of(tlv(0xf0, 0xff)), new Passed(all, types));
    List<ProxyHeader.Tlv> came = List.of(tlv(2, 0xbb), tlv(5, 0xaa), tlv(0xf0, 0));
    var peers =
        new ProxyHeader.Peers(
            new InetSocketAddress("10.1.2.3", 1234),
            new InetSocketAddress("10.0.0.1", 80),
            header.passed().of(came));
    ByteBuf bytes = header.encode(peers, UnpooledByteBufAllocator.DEFAULT);
    assertThat(ByteBufUtil.hexDump(bytes)).endsWith("04d20050" + hex);
    assertThat(bytes.getUnsignedShort(14)).isEqualTo(12 + hex.length() / 2);
    bytes.release();
  }

  private static ProxyHeader.Tlv tlv(int type, int value) {
    return new ProxyHeader.Tlv(type, new byte[] {(byte) value});
  }
}
