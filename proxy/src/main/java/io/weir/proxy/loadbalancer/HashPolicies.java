package io.weir.proxy.loadbalancer;

import io.weir.filter.Problems;
import io.weir.proxy.cluster.LoadBalancerPolicy;
import org.jspecify.annotations.Nullable;

/** Makes policies of consistent hashing from checked settings. */
final class HashPolicies {
  static final long MIN_RING = 1024;
  static final long MAX_RING = 8L << 20;
  static final int DEFAULT_MAGLEV = 65_537;
  private static final int MAX_MAGLEV = 5_000_011;

  private HashPolicies() {}

  /**
   * What both kinds have.
   *
   * @param hostname whether hosts are hashed by name
   * @param balance percent of the average load that a host may have, 0 for any
   */
  record Hashing(boolean hostname, int balance, boolean localityWeighted) {}

  static @Nullable LoadBalancerPolicy ring(
      long min, long max, boolean murmur, Hashing hashing, Problems problems) {
    if (min > max) {
      problems.add(
          "minimum_ring_size", min + " is above maximum_ring_size, " + max, "make it smaller");
      return null;
    }
    return new Policies.RingHashPolicy(
        new RingTable.Settings(min, max, murmur, hashing.hostname()),
        hashing.balance(),
        hashing.localityWeighted());
  }

  static @Nullable LoadBalancerPolicy maglev(long size, Hashing hashing, Problems problems) {
    if (size > MAX_MAGLEV || !isPrime(size)) {
      problems.add("table_size", size + " is no prime number up to " + MAX_MAGLEV, "65537 is one");
      return null;
    }
    return new Policies.MaglevPolicy(
        new MaglevTable.Settings((int) size, hashing.hostname()),
        hashing.balance(),
        hashing.localityWeighted());
  }

  private static boolean isPrime(long number) {
    if (number < 2) {
      return false;
    }
    for (long i = 2; i * i <= number; i++) {
      if (number % i == 0) {
        return false;
      }
    }
    return true;
  }
}
