package io.weir.proxy.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs out of given ones: bytes changed, left out, repeated, taken from another. */
final class Mutator {
  private static final int MOST_BYTES = 4096;

  private final List<byte[]> seeds;
  private final SplittableRandom random;

  Mutator(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    this.random = new SplittableRandom(seed);
  }

  byte[] next() {
    byte[] input = pick();
    for (int changes = random.nextInt(6); changes > 0; changes--) {
      input = change(input);
    }
    return input.length > MOST_BYTES ? Arrays.copyOf(input, MOST_BYTES) : input;
  }

  private byte[] pick() {
    return seeds.get(random.nextInt(seeds.size())).clone();
  }

  private byte[] change(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int length = Math.min(input.length - at, random.nextInt(12));
    return switch (random.nextInt(5)) {
      case 0 -> splice(input, at, 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> splice(input, at, length, new byte[0]);
      case 2 -> splice(input, at, 0, Arrays.copyOfRange(input, at, at + length));
      case 3 -> {
        byte[] other = pick();
        int from = random.nextInt(other.length + 1);
        int to = Math.min(other.length, from + random.nextInt(40));
        yield splice(input, at, 0, Arrays.copyOfRange(other, from, to));
      }
      default -> {
        byte[] odd = {0, '\r', '\n', ' ', '\t', ':', '%', '/', '.', ';', ',', '{', '}', -1, 127};
        yield splice(input, at, 0, new byte[] {odd[random.nextInt(odd.length)]});
      }
    };
  }

  private static byte[] splice(byte[] input, int at, int out, byte[] in) {
    int rest = Math.max(0, input.length - at - out);
    byte[] made = new byte[at + in.length + rest];
    System.arraycopy(input, 0, made, 0, at);
    System.arraycopy(in, 0, made, at, in.length);
    System.arraycopy(input, input.length - rest, made, at + in.length, rest);
    return made;
  }
}
