package io.weir.proxy.http.hpack;

/**
 * The Huffman code of RFC 7541, appendix B. It is canonical: lengths alone, one letter a symbol
 * ({@code A} is 5 bits), determine the codes.
 */
final class Huffman {
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHF"
          + "IBCCCCCCCCCCCCCCCCCCCCCCDCDIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIX"
          + "PRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSSPRRRSRRS"
          + "VVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWV"
          + "Z";
  private static final int EOS = 256;
  private static final int MIN_BITS = 5;
  private static final int MAX_BITS = 30;
  private static final int FAST_BITS = 9;

  private static final int[] CODES = new int[EOS + 1];
  private static final byte[] BITS = new byte[EOS + 1];
  // By length: the first code, how many there are, and where their symbols begin in SYMBOLS.
  private static final int[] FIRST = new int[MAX_BITS + 1];
  private static final int[] COUNT = new int[MAX_BITS + 1];
  private static final int[] OFFSET = new int[MAX_BITS + 1];
  private static final short[] SYMBOLS = new short[EOS + 1];
  // Symbol and length of the code that the next nine bits begin with, 0 when it is longer.
  private static final short[] FAST = new short[1 << FAST_BITS];

  static {
    int next = 0;
    int code = 0;
    for (int bits = MIN_BITS; bits <= MAX_BITS; bits++) {
      code <<= bits == MIN_BITS ? 0 : 1;
      FIRST[bits] = code;
      OFFSET[bits] = next;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS.charAt(symbol) - 'A' + MIN_BITS == bits) {
          SYMBOLS[next++] = (short) symbol;
          CODES[symbol] = code;
          BITS[symbol] = (byte) bits;
          if (bits <= FAST_BITS) {
            int from = code << FAST_BITS - bits;
            for (int i = 0; i < 1 << FAST_BITS - bits; i++) {
              FAST[from + i] = (short) (symbol << 4 | bits);
            }
          }
          code++;
        }
      }
      COUNT[bits] = next - OFFSET[bits];
    }
  }

  private Huffman() {}

  /** The bytes that the encoded text takes. */
  static int encodedLength(byte[] text, int start, int length) {
    long bits = 0;
    for (int i = start; i < start + length; i++) {
      bits += BITS[text[i] & 0xff];
    }
    return (int) ((bits + 7) / 8);
  }

  /** Encodes; returns where the output ends. */
  static int encode(byte[] text, int start, int length, byte[] out, int at) {
    long pending = 0;
    int bits = 0;
    int to = at;
    for (int i = start; i < start + length; i++) {
      int symbol = text[i] & 0xff;
      pending = pending << BITS[symbol] | CODES[symbol];
      bits += BITS[symbol];
      while (bits >= 8) {
        bits -= 8;
        out[to++] = (byte) (pending >>> bits);
      }
    }
    if (bits > 0) {
      // The rest of the byte is the beginning of the end-of-string code: ones.
      out[to++] = (byte) (pending << 8 - bits | 0xff >>> bits);
    }
    return to;
  }

  /**
   * Decodes.
   *
   * @param out has room for {@code length * 8 / 5 + 1} bytes at {@code at}
   * @return where the output ends, −1 when the text is malformed
   */
  static int decode(byte[] text, int start, int length, byte[] out, int at) {
    long pending = 0;
    int bits = 0;
    int to = at;
    int from = start;
    int end = start + length;
    while (true) {
      while (bits <= 48 && from < end) {
        pending = pending << 8 | text[from++] & 0xff;
        bits += 8;
      }
      if (bits < MIN_BITS) {
        break;
      }
      int peek =
          (int) (bits >= FAST_BITS ? pending >>> bits - FAST_BITS : pending << FAST_BITS - bits)
              & (1 << FAST_BITS) - 1;
      int fast = FAST[peek];
      int used = fast & 15;
      if (fast != 0 && used <= bits) {
        out[to++] = (byte) (fast >>> 4);
        bits -= used;
        continue;
      }
      int symbol = -1;
      for (used = FAST_BITS + 1; used <= Math.min(MAX_BITS, bits); used++) {
        int code = (int) (pending >>> bits - used) & (1 << used) - 1;
        int index = code - FIRST[used];
        if (index >= 0 && index < COUNT[used]) {
          symbol = SYMBOLS[OFFSET[used] + index];
          break;
        }
      }
      if (symbol < 0) {
        break;
      }
      if (symbol == EOS) {
        return -1;
      }
      out[to++] = (byte) symbol;
      bits -= used;
    }
    // What is left is padding: fewer than eight bits, all ones.
    long mask = (1L << bits) - 1;
    return from == end && bits < 8 && (pending & mask) == mask ? to : -1;
  }
}
