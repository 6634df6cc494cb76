package io.weir.proxy.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One name of a {@link DnsCache}. Workers read, the control thread writes. */
final class DnsCacheEntry {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final String key;
  private final String host;
  private final int port;
  private final List<DnsCache.Wait> waits = new ArrayList<>();
  private volatile @Nullable InetSocketAddress address;
  private volatile boolean answered;
  private volatile long usedNanos;
  private int failures;

  DnsCacheEntry(String key, String host, int port) {
    this.key = key;
    this.host = host;
    this.port = port;
  }

  String key() {
    return key;
  }

  String host() {
    return host;
  }

  /** Null while there is none; the last one when a name stops resolving. */
  @Nullable InetSocketAddress address() {
    return address;
  }

  /** Whether the name was resolved, or could not be. */
  boolean answered() {
    return answered;
  }

  void touch(long now) {
    usedNanos = now;
  }

  // ---- control thread

  /** Whether that is another address. */
  boolean setAddress(InetAddress ip) {
    failures = 0;
    var fresh = new InetSocketAddress(ip, port);
    if (fresh.equals(address)) {
      return false;
    }
    address = fresh;
    return true;
  }

  void setAnswered() {
    answered = true;
  }

  /** How many failures in a row went before this one. */
  int nextFailure() {
    return failures++;
  }

  long idleMillis(long now) {
    return (now - usedNanos) / NANOS_PER_MILLI;
  }

  List<DnsCache.Wait> waits() {
    return waits;
  }
}
