package io.weir.proxy.tls.verify;

import java.nio.ByteBuffer;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which chains were found good, until the first of their certificates ends: the same
 * peers connect again and again, and a check costs signatures. Bad ones are checked anew each time.
 * Any thread.
 */
final class RememberingVerifier implements PeerVerifier {
  private static final int MAX_CHAINS = 256;

  private final PeerVerifier verifier;
  private final LongSupplier clock;
  // Key → when it must be checked again, milliseconds since the epoch.
  private final Map<Known, Long> good = new ConcurrentHashMap<>();

  RememberingVerifier(PeerVerifier verifier, LongSupplier clock) {
    this.verifier = verifier;
    this.clock = clock;
  }

  /** What was asked, chains by their bytes. */
  private record Known(ByteBuffer chain, PeerRole role, PeerNames names) {}

  @Override
  public Verdict verify(List<X509Certificate> chain, PeerRole role, PeerNames names) {
    ByteBuffer bytes = bytes(chain);
    if (bytes == null) {
      return verifier.verify(chain, role, names);
    }
    long now = clock.getAsLong();
    var known = new Known(bytes, role, names);
    Long until = good.get(known);
    if (until != null && now < until) {
      return Verdict.VALIDATED;
    }
    Verdict verdict = verifier.verify(chain, role, names);
    if (verdict == Verdict.VALIDATED) {
      if (good.size() >= MAX_CHAINS) {
        good.clear();
      }
      good.put(known, end(chain, now));
    }
    return verdict;
  }

  /** When something that the verdict may rest on ends. */
  private long end(List<X509Certificate> chain, long now) {
    long end = Long.MAX_VALUE;
    for (X509Certificate each : chain) {
      end = Math.min(end, each.getNotAfter().getTime());
    }
    for (X509Certificate each : verifier.authorities()) {
      long its = each.getNotAfter().getTime();
      end = its > now ? Math.min(end, its) : end;
    }
    return end;
  }

  private static @Nullable ByteBuffer bytes(List<X509Certificate> chain) {
    try {
      int length = 0;
      var parts = new byte[chain.size()][];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = chain.get(i).getEncoded();
        length += parts[i].length;
      }
      ByteBuffer all = ByteBuffer.allocate(length);
      for (byte[] part : parts) {
        all.put(part);
      }
      return all.flip();
    } catch (CertificateEncodingException _) {
      return null;
    }
  }

  @Override
  public List<X509Certificate> authorities() {
    return verifier.authorities();
  }
}
