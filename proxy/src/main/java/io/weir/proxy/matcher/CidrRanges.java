package io.weir.proxy.matcher;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.netty.util.NetUtil;
import io.weir.filter.Problems;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list of networks. Immutable. */
public final class CidrRanges {
  private record Range(byte[] network, int bits) {
    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      int whole = bits / 8;
      for (int i = 0; i < whole; i++) {
        if (address[i] != network[i]) {
          return false;
        }
      }
      int rest = bits % 8;
      return rest == 0
          || ((address[whole] & 0xff) >> 8 - rest) == ((network[whole] & 0xff) >> 8 - rest);
    }
  }

  private final List<Range> ranges;

  private CidrRanges(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /** Compiles all ranges; those that are wrong are reported under {@code path[i]}. */
  public static CidrRanges load(List<CidrRange> list, String path, Problems problems) {
    var ranges = new ArrayList<Range>(list.size());
    for (int i = 0; i < list.size(); i++) {
      Range range = range(list.get(i), problems.at(path + "[" + i + "]"));
      if (range != null) {
        ranges.add(range);
      }
    }
    return new CidrRanges(ranges);
  }

  private static @Nullable Range range(CidrRange range, Problems problems) {
    byte[] network = NetUtil.createByteArrayFromIpAddressString(range.getAddressPrefix());
    if (network == null) {
      problems.add("address_prefix", "no IP address: " + range.getAddressPrefix(), "");
      return null;
    }
    int bits = range.getPrefixLen().getValue();
    return new Range(network, Math.min(bits, network.length * 8));
  }

  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(bytes)) {
        return true;
      }
    }
    return false;
  }
}
