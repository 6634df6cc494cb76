package io.weir.lua.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A Lua string: immutable bytes, in no particular encoding, with a cached hash. */
public final class LuaString implements Comparable<LuaString> {
  public static final LuaString EMPTY = new LuaString(new byte[0]);

  /** Odd and different in each process, so that a client cannot choose colliding keys. */
  private static final int MULTIPLIER = RandomGenerator.getDefault().nextInt() | 1;

  private static final LuaString[] SINGLE_BYTES = singleBytes();

  private static final Map<String, LuaString> NAMES = new ConcurrentHashMap<>();

  private final byte[] bytes;
  private int hash;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  private static LuaString[] singleBytes() {
    var strings = new LuaString[256];
    for (int i = 0; i < 256; i++) {
      strings[i] = new LuaString(new byte[] {(byte) i});
    }
    return strings;
  }

  /** Takes the array; the caller must not change it any more. */
  public static LuaString own(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new LuaString(bytes);
  }

  public static LuaString copyOf(byte[] bytes, int offset, int length) {
    if (length <= 1) {
      return length == 0 ? EMPTY : SINGLE_BYTES[bytes[offset] & 0xff];
    }
    return new LuaString(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** The text's UTF-8 bytes. */
  public static LuaString of(String text) {
    return own(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A name of the library or the host: the same object each time, for all states. */
  public static LuaString name(String text) {
    return NAMES.computeIfAbsent(text, LuaString::of);
  }

  /** The text's low bytes. */
  public static LuaString latin1(String text) {
    return own(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public int length() {
    return bytes.length;
  }

  /** The bytes themselves. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** The unsigned byte at a zero-based index. */
  public int at(int index) {
    return bytes[index] & 0xff;
  }

  /** Zero-based, end exclusive. */
  public LuaString substring(int start, int end) {
    return start == 0 && end == bytes.length ? this : copyOf(bytes, start, end - start);
  }

  public LuaString concat(LuaString other) {
    if (other.bytes.length == 0) {
      return this;
    }
    if (bytes.length == 0) {
      return other;
    }
    byte[] joined = Arrays.copyOf(bytes, bytes.length + other.bytes.length);
    System.arraycopy(other.bytes, 0, joined, bytes.length, other.bytes.length);
    return new LuaString(joined);
  }

  /** The text up to the first NUL, as a C function would read it. */
  public LuaString cutAtNul() {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return substring(0, i);
      }
    }
    return this;
  }

  /** The bytes read as UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The bytes read as Latin-1, one character a byte. */
  public String latin1() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Whether these are exactly the bytes of an ASCII text. */
  public boolean is(String ascii) {
    if (ascii.length() != bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != (byte) ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Bytes compared unsigned. */
  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof LuaString string
            && hashCode() == string.hashCode()
            && Arrays.equals(bytes, string.bytes);
  }

  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      h = bytes.length + 0x2545F491;
      for (byte b : bytes) {
        h = h * MULTIPLIER + b;
      }
      h ^= h >>> 15;
      hash = h == 0 ? 1 : h;
      return hash;
    }
    return h;
  }

  @Override
  public String toString() {
    return text();
  }
}
