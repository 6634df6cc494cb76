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
    int[] slots = new int[count];
    int[] skips = new int[count];
    double[] weights = new double[count];
    double[] targets = new double[count];
    double heaviest = 0;
    for (int i = 0; i < count; i++) {
      byte[] key = HashTable.key(shares.get(i).host(), settings.useHostname);
      slots[i] = (int) Long.remainderUnsigned(XxHash64.hash(key, 0, key.length, 0), size);
      skips[i] = (int) Long.remainderUnsigned(XxHash64.hash(key, 0, key.length, 1), size - 1) + 1;
      weights[i] = shares.get(i).weight();
      heaviest = Math.max(heaviest, weights[i]);
    }
    // Filled with numbers: a store of an object costs several times as much as one of an int.
    int[] owners = new int[size];
    int[] counts = new int[count];
    int filled = 0;
    for (long iteration = 1; filled < size; iteration++) {
      for (int i = 0; i < count && filled < size; i++) {
        // The heaviest host is served each time, one of a third of its weight every third.
        if (iteration * weights[i] < targets[i]) {
          continue;
        }
        targets[i] += heaviest;
        int slot = slots[i];
        while (owners[slot] != 0) {
          slot = next(slot, skips[i], size);
        }
        owners[slot] = i + 1;
        slots[i] = next(slot, skips[i], size);
        counts[i]++;
        filled++;
      }
    }
    @Nullable Host[] table = new Host[size];
    for (int i = 0; i < size; i++) {
      table[i] = shares.get(owners[i] - 1).host();
    }
    return new MaglevTable(table, counts);
  }

  /** The place after {@code slot} in a permutation, without a division. */
  private static int next(int slot, int skip, int size) {
    int next = slot + skip;
    return next < size ? next : next - size;
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
