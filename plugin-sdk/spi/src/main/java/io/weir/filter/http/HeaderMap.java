package io.weir.filter.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers or trailers of one message: ordered, duplicates kept, names lower-case,
 * pseudo-headers included. One heap {@code byte[]} holds the text and an {@code int[]} the ranges,
 * so that codec, wasm, Lua and Java read the same bytes in place. Names and values are bytes;
 * {@code String} views are Latin-1 and made on demand.
 *
 * <p>Entries are addressed by cursor: {@code for (int e = map.first(); e >= 0; e = map.next(e))}. A
 * cursor stays valid until its entry is removed; adding entries while iterating is allowed, and the
 * iteration sees them. Removed entries leave a tombstone; {@link #size} counts the live ones.
 *
 * <p>The original spelling of a name is kept as a second range ({@link #originalNameStart}) for
 * codecs that preserve case. Not thread-safe; the map of a stream belongs to the stream's worker.
 */
public final class HeaderMap {
  private static final int NAME_START = 0;
  private static final int NAME_LENGTH = 1;
  private static final int VALUE_START = 2;
  private static final int VALUE_LENGTH = 3;
  private static final int HASH = 4;
  private static final int ORIGINAL = 5;
  private static final int STRIDE = 6;
  private static final int TOMBSTONE = -1;

  private byte[] bytes;
  private int used;
  private int[] entries;
  private int count;
  private int live;
  private int liveBytes;
  private @Nullable String reasonPhrase;

  public HeaderMap() {
    this(512, 16);
  }

  /**
   * @param byteCapacity bytes of text to reserve
   * @param entryCapacity entries to reserve
   */
  public HeaderMap(int byteCapacity, int entryCapacity) {
    this.bytes = new byte[byteCapacity];
    this.entries = new int[entryCapacity * STRIDE];
  }

  /** Over arrays of {@link HeaderStorage}, which the map owns. */
  HeaderMap(byte[] bytes, int[] entries) {
    this.bytes = bytes;
    this.entries = entries;
  }

  static int[] newEntries(int count) {
    return new int[entriesLength(count)];
  }

  static int entriesLength(int count) {
    return count * STRIDE;
  }

  int[] entries() {
    return entries;
  }

  /** Gives the arrays up; the map is empty, and stays usable. */
  void abandon(byte[] noBytes, int[] noEntries) {
    clear();
    bytes = noBytes;
    entries = noEntries;
    reasonPhrase = null;
  }

  private HeaderMap(HeaderMap other) {
    this.bytes = Arrays.copyOf(other.bytes, Math.max(other.used, 64));
    this.used = other.used;
    this.entries = Arrays.copyOf(other.entries, Math.max(other.count, 4) * STRIDE);
    this.count = other.count;
    this.live = other.live;
    this.liveBytes = other.liveBytes;
    this.reasonPhrase = other.reasonPhrase;
  }

  /** An independent copy. */
  public HeaderMap copy() {
    return new HeaderMap(this);
  }

  /** The HTTP/1 reason phrase of a response, null for the standard one. */
  public @Nullable String reasonPhrase() {
    return reasonPhrase;
  }

  /** Sets the reason phrase that an HTTP/1 peer is sent. */
  public void setReasonPhrase(@Nullable String reasonPhrase) {
    this.reasonPhrase = reasonPhrase;
  }

  /** Number of entries. */
  public int size() {
    return live;
  }

  public boolean isEmpty() {
    return live == 0;
  }

  /** Bytes of all names and values. */
  public int byteLength() {
    return liveBytes;
  }

  // ---- iteration

  /** The first entry, or −1. */
  public int first() {
    return next(-1);
  }

  /** The entry after {@code entry}, or −1. */
  public int next(int entry) {
    for (int e = entry + 1; e < count; e++) {
      if (entries[e * STRIDE + NAME_START] != TOMBSTONE) {
        return e;
      }
    }
    return -1;
  }

  /** The entry added last, whether or not it was removed since; −1 when there was none. */
  public int last() {
    return count - 1;
  }

  /** The array that the ranges point into. It may be replaced when entries are added. */
  public byte[] bytes() {
    return bytes;
  }

  public int nameStart(int entry) {
    return entries[entry * STRIDE + NAME_START];
  }

  public int nameLength(int entry) {
    return entries[entry * STRIDE + NAME_LENGTH];
  }

  public int valueStart(int entry) {
    return entries[entry * STRIDE + VALUE_START];
  }

  public int valueLength(int entry) {
    return entries[entry * STRIDE + VALUE_LENGTH];
  }

  /**
   * Where the name as received starts; equals {@link #nameStart} when it was lower-case already.
   */
  public int originalNameStart(int entry) {
    return entries[entry * STRIDE + ORIGINAL];
  }

  public String name(int entry) {
    return text(nameStart(entry), nameLength(entry));
  }

  public String value(int entry) {
    return text(valueStart(entry), valueLength(entry));
  }

  private String text(int start, int length) {
    return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
  }

  // ---- look-up

  /** The first entry of that name, or −1. */
  public int find(HeaderName name) {
    return find(name, -1);
  }

  /** The next entry of that name after {@code after}, or −1. */
  public int find(HeaderName name, int after) {
    return find(name.hash(), name.bytes(), 0, name.length(), after);
  }

  /** The next entry after {@code after} whose name equals these lower-case bytes, or −1. */
  public int find(byte[] source, int offset, int length, int after) {
    return find(HeaderName.hash(source, offset, length), source, offset, length, after);
  }

  private int find(int hash, byte[] source, int offset, int length, int after) {
    for (int e = after + 1; e < count; e++) {
      int at = e * STRIDE;
      if (entries[at + HASH] == hash
          && entries[at + NAME_LENGTH] == length
          && entries[at + NAME_START] != TOMBSTONE
          && Arrays.equals(
              bytes,
              entries[at + NAME_START],
              entries[at + NAME_START] + length,
              source,
              offset,
              offset + length)) {
        return e;
      }
    }
    return -1;
  }

  public boolean contains(HeaderName name) {
    return find(name) >= 0;
  }

  public boolean contains(String name) {
    return contains(HeaderName.of(name));
  }

  /** The first value, or null. */
  public @Nullable String get(HeaderName name) {
    int entry = find(name);
    return entry < 0 ? null : value(entry);
  }

  /** The first value, or null. Makes a name: not for the data path. */
  public @Nullable String get(String name) {
    return get(HeaderName.of(name));
  }

  /** All values in order. */
  public List<String> getAll(HeaderName name) {
    var values = new ArrayList<String>(2);
    for (int e = find(name); e >= 0; e = find(name, e)) {
      values.add(value(e));
    }
    return values;
  }

  /** All values joined by {@code ","}, or null when there are none. */
  public @Nullable String getJoined(HeaderName name) {
    int first = find(name);
    if (first < 0) {
      return null;
    }
    int second = find(name, first);
    return second < 0 ? value(first) : String.join(",", getAll(name));
  }

  public boolean valueEquals(int entry, byte[] expected) {
    int start = valueStart(entry);
    return Arrays.equals(bytes, start, start + valueLength(entry), expected, 0, expected.length);
  }

  /** Whether the first value of {@code name} equals Latin-1 {@code text}. */
  public boolean valueEquals(HeaderName name, String text) {
    int entry = find(name);
    return entry >= 0 && valueEquals(entry, text);
  }

  public boolean valueEquals(int entry, String text) {
    int length = valueLength(entry);
    if (text.length() != length) {
      return false;
    }
    int start = valueStart(entry);
    for (int i = 0; i < length; i++) {
      if ((bytes[start + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #valueEquals(int, String)}, ASCII letters compared without case. */
  public boolean valueEqualsIgnoreCase(int entry, String text) {
    int length = valueLength(entry);
    if (text.length() != length) {
      return false;
    }
    int start = valueStart(entry);
    for (int i = 0; i < length; i++) {
      if (lower(bytes[start + i]) != lower((byte) text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The value as a non-negative decimal number, or −1 when it is not one. */
  public long valueAsLong(int entry) {
    int length = valueLength(entry);
    if (length == 0 || length > 18) {
      return -1;
    }
    int start = valueStart(entry);
    long number = 0;
    for (int i = 0; i < length; i++) {
      int digit = bytes[start + i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  // ---- edits

  public void add(HeaderName name, String value) {
    int at = newEntry(name.hash());
    put(at, NAME_START, NAME_LENGTH, name.bytes(), 0, name.length());
    entries[at + ORIGINAL] = entries[at + NAME_START];
    putText(at, value);
    account(at, 1);
  }

  public void add(String name, String value) {
    add(HeaderName.of(name), value);
  }

  public void add(HeaderName name, byte[] source, int offset, int length) {
    int at = newEntry(name.hash());
    put(at, NAME_START, NAME_LENGTH, name.bytes(), 0, name.length());
    entries[at + ORIGINAL] = entries[at + NAME_START];
    put(at, VALUE_START, VALUE_LENGTH, source, offset, length);
    account(at, 1);
  }

  /**
   * Adds an entry from bytes. A name with upper-case ASCII letters is lower-cased and its spelling
   * kept. The sources must not be this map's own array.
   */
  public void add(
      byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
    int at = newEntry(0);
    put(at, NAME_START, NAME_LENGTH, name, nameOffset, nameLength);
    lowerName(at);
    put(at, VALUE_START, VALUE_LENGTH, value, valueOffset, valueLength);
    account(at, 1);
  }

  /** Sets the value of a name: the first entry keeps its place, the others are removed. */
  public void set(HeaderName name, String value) {
    int entry = find(name);
    if (entry < 0) {
      add(name, value);
      return;
    }
    setValue(entry, value);
    removeAfter(name, entry);
  }

  public void set(String name, String value) {
    set(HeaderName.of(name), value);
  }

  /** As {@link #set(HeaderName, String)} with bytes. */
  public void set(HeaderName name, byte[] source, int offset, int length) {
    int entry = find(name);
    if (entry < 0) {
      add(name, source, offset, length);
      return;
    }
    setValue(entry, source, offset, length);
    removeAfter(name, entry);
  }

  private void removeAfter(HeaderName name, int entry) {
    for (int e = find(name, entry); e >= 0; e = find(name, e)) {
      removeEntry(e);
    }
  }

  public void setValue(int entry, String value) {
    int at = entry * STRIDE;
    account(at, -1);
    putText(at, value);
    account(at, 1);
  }

  public void setValue(int entry, byte[] source, int offset, int length) {
    int at = entry * STRIDE;
    account(at, -1);
    put(at, VALUE_START, VALUE_LENGTH, source, offset, length);
    account(at, 1);
  }

  /** Sets a value to a decimal number. */
  public void set(HeaderName name, long value) {
    if (value < 0) {
      set(name, Long.toString(value));
      return;
    }
    int entry = find(name);
    if (entry >= 0) {
      account(entry * STRIDE, -1);
      putNumber(entry * STRIDE, value);
      account(entry * STRIDE, 1);
      removeAfter(name, entry);
      return;
    }
    int at = newEntry(name.hash());
    put(at, NAME_START, NAME_LENGTH, name.bytes(), 0, name.length());
    entries[at + ORIGINAL] = entries[at + NAME_START];
    putNumber(at, value);
    account(at, 1);
  }

  /**
   * Removes every entry of that name.
   *
   * @return how many there were
   */
  public int remove(HeaderName name) {
    int removed = 0;
    for (int e = find(name); e >= 0; e = find(name, e)) {
      removeEntry(e);
      removed++;
    }
    return removed;
  }

  public int remove(String name) {
    return remove(HeaderName.of(name));
  }

  public void removeEntry(int entry) {
    int at = entry * STRIDE;
    account(at, -1);
    entries[at + NAME_START] = TOMBSTONE;
  }

  public void clear() {
    used = 0;
    count = 0;
    live = 0;
    liveBytes = 0;
  }

  /** Adds every entry of {@code other}. */
  public void addAll(HeaderMap other) {
    for (int e = other.first(); e >= 0; e = other.next(e)) {
      int at = newEntry(other.entries[e * STRIDE + HASH]);
      int original = other.originalNameStart(e);
      put(at, NAME_START, NAME_LENGTH, other.bytes, other.nameStart(e), other.nameLength(e));
      if (original == other.nameStart(e)) {
        entries[at + ORIGINAL] = entries[at + NAME_START];
      } else {
        entries[at + ORIGINAL] = used;
        appendBytes(other.bytes, original, other.nameLength(e));
      }
      put(at, VALUE_START, VALUE_LENGTH, other.bytes, other.valueStart(e), other.valueLength(e));
      account(at, 1);
    }
  }

  // ---- for codecs: a head is copied in once and entries point into it

  /**
   * Copies raw text in and returns where it starts in {@link #bytes}; entries are then made by
   * {@link #addRange}.
   */
  public int append(byte[] source, int offset, int length) {
    int start = used;
    appendBytes(source, offset, length);
    return start;
  }

  /**
   * Reserves {@code length} bytes in {@link #bytes} for the caller to fill; returns their start.
   */
  public int reserve(int length) {
    int start = used;
    ensureBytes(length);
    used += length;
    return start;
  }

  /**
   * Adds an entry whose name and value already lie in {@link #bytes}. The name is lower-cased in
   * place unless it has upper-case letters, in which case a lower-case copy is made and the
   * spelling kept.
   */
  public void addRange(int nameStart, int nameLength, int valueStart, int valueLength) {
    int at = newEntry(0);
    entries[at + NAME_START] = nameStart;
    entries[at + NAME_LENGTH] = nameLength;
    entries[at + VALUE_START] = valueStart;
    entries[at + VALUE_LENGTH] = valueLength;
    lowerName(at);
    account(at, 1);
  }

  /**
   * As {@link #addRange(int, int, int, int)} for a name that is lower-case already.
   *
   * @param originalStart where the name as received lies; {@code nameStart} when it is the same
   * @return the id of the name if it is a known one, otherwise −1
   */
  public int addParsed(
      int nameStart, int nameLength, int valueStart, int valueLength, int originalStart) {
    int hash = HeaderName.hash(bytes, nameStart, nameLength);
    int at = newEntry(hash);
    entries[at + NAME_START] = nameStart;
    entries[at + NAME_LENGTH] = nameLength;
    entries[at + VALUE_START] = valueStart;
    entries[at + VALUE_LENGTH] = valueLength;
    entries[at + ORIGINAL] = originalStart;
    account(at, 1);
    return HeaderName.knownId(hash, bytes, nameStart, nameLength);
  }

  /** The id of the entry's name if it is a known one ({@link HeaderName#id}), otherwise −1. */
  public int nameId(int entry) {
    int at = entry * STRIDE;
    return HeaderName.knownId(
        entries[at + HASH], bytes, entries[at + NAME_START], entries[at + NAME_LENGTH]);
  }

  /** Adds an entry of a known name whose value already lies in {@link #bytes}. */
  public void addRange(HeaderName name, int valueStart, int valueLength) {
    int at = newEntry(name.hash());
    put(at, NAME_START, NAME_LENGTH, name.bytes(), 0, name.length());
    entries[at + ORIGINAL] = entries[at + NAME_START];
    entries[at + VALUE_START] = valueStart;
    entries[at + VALUE_LENGTH] = valueLength;
    account(at, 1);
  }

  private void lowerName(int at) {
    int start = entries[at + NAME_START];
    int length = entries[at + NAME_LENGTH];
    entries[at + ORIGINAL] = start;
    for (int i = start; i < start + length; i++) {
      byte b = bytes[i];
      if (b >= 'A' && b <= 'Z') {
        int lower = reserve(length);
        for (int j = 0; j < length; j++) {
          bytes[lower + j] = lower(bytes[start + j]);
        }
        entries[at + NAME_START] = lower;
        break;
      }
    }
    entries[at + HASH] = HeaderName.hash(bytes, entries[at + NAME_START], length);
  }

  private int newEntry(int hash) {
    int at = count * STRIDE;
    if (at == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(entries.length * 2, 8 * STRIDE));
    }
    count++;
    entries[at + HASH] = hash;
    return at;
  }

  private void put(int at, int startField, int lengthField, byte[] source, int offset, int length) {
    int start = used;
    appendBytes(source, offset, length);
    entries[at + startField] = start;
    entries[at + lengthField] = length;
  }

  private void putText(int at, String value) {
    int length = value.length();
    int start = reserve(length);
    for (int i = 0; i < length; i++) {
      bytes[start + i] = (byte) value.charAt(i);
    }
    entries[at + VALUE_START] = start;
    entries[at + VALUE_LENGTH] = length;
  }

  private void putNumber(int at, long value) {
    int length = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      length++;
    }
    int start = reserve(length);
    long rest = value;
    for (int i = start + length - 1; i >= start; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    entries[at + VALUE_START] = start;
    entries[at + VALUE_LENGTH] = length;
  }

  private void appendBytes(byte[] source, int offset, int length) {
    ensureBytes(length);
    System.arraycopy(source, offset, bytes, used, length);
    used += length;
  }

  private void ensureBytes(int more) {
    if (bytes.length - used < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
    }
  }

  private void account(int at, int sign) {
    live += sign;
    liveBytes += sign * (entries[at + NAME_LENGTH] + entries[at + VALUE_LENGTH]);
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  /** One {@code name: value} a line, for logs and tests. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int e = first(); e >= 0; e = next(e)) {
      text.append(name(e)).append(": ").append(value(e)).append('\n');
    }
    return text.toString();
  }
}
