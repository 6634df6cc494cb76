package io.weir.proxy.cluster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.weir.filter.ConnectionInfo;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol towards upstreams: each connection begins with a header that tells whom the
 * downstream connection is between. Immutable.
 *
 * @param version 1 or 2
 * @param tlvs added to headers of version 2
 * @param passed which TLVs of the downstream connection go on in headers of version 2
 */
public record ProxyHeader(int version, List<Tlv> tlvs, Passed passed) {
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
  public record Tlv(int type, byte[] value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Tlv(int itsType, byte[] itsValue)
          && type == itsType
          && Arrays.equals(value, itsValue);
    }

    @Override
    public int hashCode() {
      return type + 31 * Arrays.hashCode(value);
    }
  }

  /**
   * Which TLVs go on.
   *
   * @param types those that do, unless all do
   */
  public record Passed(boolean all, Set<Integer> types) {
    public static final Passed NONE = new Passed(false, Set.of());

    public Passed {
      types = Set.copyOf(types);
    }

    /** Those of a list that go on. */
    public List<Tlv> of(List<Tlv> tlvs) {
      return all
          ? tlvs
          : types.isEmpty()
              ? List.of()
              : tlvs.stream().filter(tlv -> types.contains(tlv.type)).toList();
    }
  }

  /**
   * The two ends of a downstream connection.
   *
   * @param source null when there is no such connection, or not over IP
   * @param tlvs what the downstream connection brought and is to go on
   */
  public record Peers(
      @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination, List<Tlv> tlvs) {
    private static final Peers NONE = new Peers(null, null, List.of());

    public Peers(InetSocketAddress source, InetSocketAddress destination) {
      this(source, destination, List.of());
    }
  }

  /** The ends of a connection, with those of its TLVs that go on. */
  public Peers peers(@Nullable ConnectionInfo downstream) {
    if (downstream == null
        || !(downstream.remoteAddress() instanceof InetSocketAddress from)
        || !(downstream.localAddress() instanceof InetSocketAddress to)
        || from.getAddress() == null
        || to.getAddress() == null) {
      return Peers.NONE;
    }
    List<Tlv> brought =
        version == 2
                && downstream.filterState().get(ReceivedTlvs.STATE)
                    instanceof ReceivedTlvs(List<Tlv> received)
            ? passed.of(received)
            : List.of();
    return new Peers(from, to, brought);
  }

  /** Those of a type that is added take the place of those that came. */
  private List<Tlv> all(List<Tlv> brought) {
    if (brought.isEmpty()) {
      return tlvs;
    }
    var all = new ArrayList<Tlv>(tlvs);
    for (Tlv tlv : brought) {
      if (tlvs.stream().noneMatch(own -> own.type == tlv.type)) {
        all.add(tlv);
      }
    }
    return all;
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
    List<Tlv> all = all(peers.tlvs);
    for (Tlv tlv : all) {
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
    for (Tlv tlv : all) {
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
