package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.hash.MurmurHash2;
import io.weir.proxy.hash.XxHash64;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ketama ring, built as Envoy builds it: each host gets hashes of {@code key_0}, {@code key_1}
 * and so on in proportion to its weight.
 */
final class RingTable implements HashTable {
  /** Settings. */
  record Settings(long minSize, long maxSize, boolean murmur, boolean useHostname) {}

  private final long[] hashes;
  private final Host[] hosts;

  private final Spread spread;

  private RingTable(long[] hashes, Host[] hosts, int[] counts) {
    this.hashes = hashes;
    this.hosts = hosts;
    this.spread = Spread.of("ring_hash_lb", "hashes", hashes.length, counts);
  }

  static RingTable build(List<Weights.Share> shares, Settings settings) {
    if (shares.isEmpty()) {
      return new RingTable(new long[0], new Host[0], new int[0]);
    }
    double least = Double.MAX_VALUE;
    for (Weights.Share share : shares) {
      least = Math.min(least, share.weight());
    }
    // The lightest host gets a whole number of hashes.
    double scale = Math.min(Math.ceil(least * settings.minSize) / least, (double) settings.maxSize);
    int size = (int) Math.ceil(scale);
    long[] hashes = new long[size + 1];
    int[] owners = new int[size + 1];
    int count = 0;
    double current = 0;
    double target = 0;
    int[] counts = new int[shares.size()];
    for (int s = 0; s < counts.length; s++) {
      Weights.Share share = shares.get(s);
      byte[] key = HashTable.key(share.host(), settings.useHostname);
      byte[] buffer = Arrays.copyOf(key, key.length + 12);
      buffer[key.length] = '_';
      target += scale * share.weight();
      for (int i = 0; current < target; i++, current++) {
        int length = appendNumber(buffer, key.length + 1, i);
        if (count == hashes.length) {
          hashes = Arrays.copyOf(hashes, count * 2);
          owners = Arrays.copyOf(owners, count * 2);
        }
        hashes[count] =
            settings.murmur
                ? MurmurHash2.hash(buffer, 0, length, MurmurHash2.SEED)
                : XxHash64.hash(buffer, 0, length, 0);
        owners[count++] = s;
        counts[s]++;
      }
    }
    long[] sorted = Arrays.copyOf(hashes, count);
    int[] by = Arrays.copyOf(owners, count);
    sort(sorted, by);
    Host[] hosts = new Host[count];
    for (int i = 0; i < count; i++) {
      hosts[i] = shares.get(by[i]).host();
    }
    return new RingTable(sorted, hosts, counts);
  }

  /** Sorts by unsigned hash, byte by byte from the lowest, and takes the owners along. */
  private static void sort(long[] hashes, int[] owners) {
    int count = hashes.length;
    long[] keys = hashes;
    int[] values = owners;
    long[] otherKeys = new long[count];
    int[] otherValues = new int[count];
    int[] starts = new int[256];
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      Arrays.fill(starts, 0);
      for (long key : keys) {
        starts[(int) (key >>> shift) & 255]++;
      }
      int sum = 0;
      for (int i = 0; i < starts.length; i++) {
        sum += starts[i];
        starts[i] = sum - starts[i];
      }
      for (int i = 0; i < count; i++) {
        int at = starts[(int) (keys[i] >>> shift) & 255]++;
        otherKeys[at] = keys[i];
        otherValues[at] = values[i];
      }
      long[] k = keys;
      keys = otherKeys;
      otherKeys = k;
      int[] v = values;
      values = otherValues;
      otherValues = v;
    }
  }

  private static int appendNumber(byte[] buffer, int at, int number) {
    String digits = Integer.toString(number);
    for (int i = 0; i < digits.length(); i++) {
      buffer[at + i] = (byte) digits.charAt(i);
    }
    return at + digits.length();
  }

  @Override
  public Spread spread() {
    return spread;
  }

  int size() {
    return hashes.length;
  }

  @Override
  public @Nullable Host choose(long hash, int attempt) {
    if (hashes.length == 0) {
      return null;
    }
    int low = 0;
    int high = hashes.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (Long.compareUnsigned(hashes[middle], hash) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int at = low == hashes.length ? 0 : low;
    return hosts[(at + attempt) % hashes.length];
  }
}
