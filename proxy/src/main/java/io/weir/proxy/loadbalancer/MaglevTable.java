package io.weir.proxy.loadbalancer;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.hash.XxHash64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Google's Maglev table, filled as Envoy fills it: hosts take turns on their own permutations of
 * the table, lighter ones less often.
 */
final class MaglevTable implements HashTable {
  /** Settings. */
  record Settings(int tableSize, boolean useHostname) {}

  private final @Nullable Host[] table;

  private final Spread spread;

  private MaglevTable(@Nullable Host[] table, int[] counts) {
    this.table = table;
    this.spread = Spread.of("maglev_lb", "entries", 0, counts);
  }

  static MaglevTable build(List<Weights.Share> shares, Settings settings) {
    if (shares.isEmpty()) {
      return new MaglevTable(new Host[0], new int[0]);
    }
    int size = settings.tableSize;
    int count = shares.size();
    long[] offsets = new long[count];
    long[] skips = new long[count];
    long[] next = new long[count];
    double[] targets = new double[count];
    double heaviest = 0;
    for (int i = 0; i < count; i++) {
      byte[] key = HashTable.key(shares.get(i).host(), settings.useHostname);
      offsets[i] = Long.remainderUnsigned(XxHash64.hash(key, 0, key.length, 0), size);
      skips[i] = Long.remainderUnsigned(XxHash64.hash(key, 0, key.length, 1), size - 1) + 1;
      heaviest = Math.max(heaviest, shares.get(i).weight());
    }
    @Nullable Host[] table = new Host[size];
    int[] counts = new int[count];
    int filled = 0;
    for (long iteration = 1; filled < size; iteration++) {
      for (int i = 0; i < count && filled < size; i++) {
        // The heaviest host is served each time, one of a third of its weight every third.
        if (iteration * shares.get(i).weight() < targets[i]) {
          continue;
        }
        targets[i] += heaviest;
        int slot = (int) ((offsets[i] + skips[i] * next[i]) % size);
        while (table[slot] != null) {
          next[i]++;
          slot = (int) ((offsets[i] + skips[i] * next[i]) % size);
        }
        table[slot] = shares.get(i).host();
        next[i]++;
        counts[i]++;
        filled++;
      }
    }
    return new MaglevTable(table, counts);
  }

  @Override
  public Spread spread() {
    return spread;
  }

  @Override
  public @Nullable Host choose(long hash, int attempt) {
    if (table.length == 0) {
      return null;
    }
    long h = attempt > 0 ? hash ^ -1L - attempt + 1 : hash;
    return table[(int) Long.remainderUnsigned(h, table.length)];
  }
}
