package io.weir.proxy.matcher;

/** Comparison and hashing of bytes, with or without the case of ASCII letters. */
public final class Ascii {
  private static final int HASH_SEED = 0x811c9dc5;
  private static final int HASH_PRIME = 0x01000193;

  private Ascii() {}

  public static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  /**
   * Whether {@code text} stands at {@code start} of {@code bytes}; the caller has checked that it
   * fits.
   *
   * @param ignoreCase {@code text} is in lower case then
   */
  public static boolean regionEquals(byte[] bytes, int start, byte[] text, boolean ignoreCase) {
    for (int i = 0; i < text.length; i++) {
      byte b = bytes[start + i];
      if (b != text[i] && (!ignoreCase || lower(b) != text[i])) {
        return false;
      }
    }
    return true;
  }

  /** The start of a running hash (FNV-1a), to be continued by {@link #hash(int, byte)}. */
  public static int hashSeed() {
    return HASH_SEED;
  }

  public static int hash(int hash, byte b) {
    return (hash ^ b) * HASH_PRIME;
  }
}
