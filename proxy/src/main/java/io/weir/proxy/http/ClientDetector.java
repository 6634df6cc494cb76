package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.ForwardingOptions.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the client's address: one of {@code original_ip_detection_extensions}. Immutable. */
sealed interface ClientDetector {

  /** The address, or null when it is not told. */
  @Nullable InetAddress find(HeaderMap headers, @Nullable InetAddress peer);

  /** Whether an address that was found may make the request internal. */
  boolean trusted(HeaderMap headers);

  /** Whether the peer is appended to {@code x-forwarded-for}. */
  boolean appends(InetAddress peer);

  /** The status of the answer to requests that do not tell an address; 0 to let them pass. */
  default int refusal() {
    return 0;
  }

  /**
   * A header that holds nothing but the address.
   *
   * @param trusted {@code allow_extension_to_set_address_as_trusted}
   */
  record Header(HeaderName name, boolean trusted, int refusal) implements ClientDetector {
    @Override
    public @Nullable InetAddress find(HeaderMap headers, @Nullable InetAddress peer) {
      int entry = headers.find(name);
      return entry < 0 ? null : ForwardedFor.address(headers, entry);
    }

    @Override
    public boolean trusted(HeaderMap headers) {
      return trusted;
    }

    @Override
    public boolean appends(InetAddress peer) {
      return false;
    }
  }

  /** {@code x-forwarded-for}, so many addresses from its end. */
  record Hops(int hops, boolean append) implements ClientDetector {
    @Override
    public @Nullable InetAddress find(HeaderMap headers, @Nullable InetAddress peer) {
      return ForwardedFor.fromEnd(headers, hops);
    }

    @Override
    public boolean trusted(HeaderMap headers) {
      return hops == 0 && ForwardedFor.single(headers);
    }

    @Override
    public boolean appends(InetAddress peer) {
      return append;
    }
  }

  /** {@code x-forwarded-for}, the last address that is not a trusted proxy's. */
  record Trusted(List<AddressRange> proxies, boolean append) implements ClientDetector {
    @Override
    public @Nullable InetAddress find(HeaderMap headers, @Nullable InetAddress peer) {
      if (peer == null || !contains(peer)) {
        return null;
      }
      InetAddress found = null;
      for (int skip = 0; ; skip++) {
        InetAddress next = ForwardedFor.fromEnd(headers, skip);
        if (next == null) {
          return found;
        }
        found = next;
        if (!contains(next)) {
          return found;
        }
      }
    }

    private boolean contains(InetAddress address) {
      byte[] bytes = address.getAddress();
      for (AddressRange range : proxies) {
        if (range.contains(bytes)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public boolean trusted(HeaderMap headers) {
      return false;
    }

    @Override
    public boolean appends(InetAddress peer) {
      // What a stranger says of the way is passed on together with who says it.
      return append || !contains(peer);
    }
  }
}
