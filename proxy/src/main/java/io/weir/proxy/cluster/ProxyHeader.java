package io.weir.proxy.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.weir.filter.ConnectionInfo;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol towards upstreams: each connection begins with a header that tells whom the
 * downstream connection is between. Immutable.
 *
 * @param version 1 or 2
 * @param tlvs added to headers of version 2
 */
public record ProxyHeader(int version, List<Tlv> tlvs) {
  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
  private static final String UNKNOWN = "PROXY UNKNOWN\r\n";
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int TCP_4 = 0x11;
  private static final int TCP_6 = 0x21;
  private static final int TLV_FIXED = 3;

  public ProxyHeader {
    tlvs = List.copyOf(tlvs);
  }

  /** A type-length-value. */
  public record Tlv(int type, byte[] value) {}

  /**
   * The two ends of a downstream connection.
   *
   * @param source null when there is no such connection, or not over IP
   */
  public record Peers(@Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
    private static final Peers NONE = new Peers(null, null);

    public static Peers of(@Nullable ConnectionInfo downstream) {
      return downstream != null
              && downstream.remoteAddress() instanceof InetSocketAddress from
              && downstream.localAddress() instanceof InetSocketAddress to
              && from.getAddress() != null
              && to.getAddress() != null
          ? new Peers(from, to)
          : NONE;
    }
  }

  /** The header's bytes. */
  public ByteBuf encode(Peers peers, ByteBufAllocator allocator) {
    InetSocketAddress from = peers.source;
    InetSocketAddress to = peers.destination;
    boolean known =
        from != null
            && to != null
            && from.getAddress() instanceof Inet4Address == to.getAddress() instanceof Inet4Address;
    if (version == 1) {
      return ByteBufUtil.writeAscii(
          allocator, known && from != null && to != null ? text(from, to) : UNKNOWN);
    }
    ByteBuf header = allocator.buffer();
    header.writeBytes(SIGNATURE);
    int length = 0;
    for (Tlv tlv : tlvs) {
      length += TLV_FIXED + tlv.value.length;
    }
    if (known && from != null && to != null) {
      byte[] source = from.getAddress().getAddress();
      header.writeByte(PROXY).writeByte(source.length == 4 ? TCP_4 : TCP_6);
      header.writeShort(source.length * 2 + 4 + length);
      header.writeBytes(source).writeBytes(to.getAddress().getAddress());
      header.writeShort(from.getPort()).writeShort(to.getPort());
    } else {
      header.writeByte(LOCAL).writeByte(0).writeShort(length);
    }
    for (Tlv tlv : tlvs) {
      header.writeByte(tlv.type).writeShort(tlv.value.length).writeBytes(tlv.value);
    }
    return header;
  }

  private static String text(InetSocketAddress from, InetSocketAddress to) {
    InetAddress source = from.getAddress();
    return "PROXY "
        + (source instanceof Inet4Address ? "TCP4 " : "TCP6 ")
        + source.getHostAddress()
        + ' '
        + to.getAddress().getHostAddress()
        + ' '
        + from.getPort()
        + ' '
        + to.getPort()
        + "\r\n";
  }
}
