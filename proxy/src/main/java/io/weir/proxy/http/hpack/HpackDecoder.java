package io.weir.proxy.http.hpack;

import io.weir.filter.http.HeaderMap;

/**
 * Decodes header blocks into header maps. Belongs to one connection; every block of the connection
 * must go through it in order, refused ones too.
 */
public final class HpackDecoder {
  /** What became of a block. */
  public enum Result {
    OK,
    /** The connection's compression state is lost. */
    ERROR,
    /** The block was read, but its headers exceed a limit. */
    TOO_LARGE
  }

  private static final int ENTRY_OVERHEAD = 32;

  private final DynamicTable table;
  private final int maxTableSize;
  private byte[] block = {};
  private int at;
  private int end;

  /**
   * @param maxTableSize the table size that was announced to the peer
   */
  public HpackDecoder(int maxTableSize) {
    this.maxTableSize = maxTableSize;
    this.table = new DynamicTable(maxTableSize);
  }

  /**
   * Decodes one whole block.
   *
   * @param headers receives the fields in order, names as they came
   * @param maxBytes of names and values, with 32 for each field
   * @param maxFields the most fields
   */
  public Result decode(
      byte[] bytes, int start, int length, HeaderMap headers, long maxBytes, int maxFields) {
    block = bytes;
    at = start;
    end = start + length;
    long size = 0;
    int fields = 0;
    boolean fieldSeen = false;
    while (at < end) {
      int first = block[at] & 0xff;
      if ((first & 0xe0) == 0x20) {
        // A new table size stands before the fields only.
        long capacity = integer(5);
        if (capacity < 0 || capacity > maxTableSize || fieldSeen) {
          return Result.ERROR;
        }
        table.setCapacity((int) capacity);
        continue;
      }
      fieldSeen = true;
      boolean keep = size <= maxBytes && fields < maxFields;
      long bytesOfField = field(first, headers, keep);
      if (bytesOfField < 0) {
        return Result.ERROR;
      }
      size += bytesOfField + ENTRY_OVERHEAD;
      fields++;
    }
    return size > maxBytes || fields > maxFields ? Result.TOO_LARGE : Result.OK;
  }

  /** Reads a field; its length in bytes, −1 when it is malformed. */
  private long field(int first, HeaderMap headers, boolean keep) {
    if ((first & 0x80) != 0) {
      long index = integer(7);
      if (index <= 0 || index > StaticTable.SIZE + table.count()) {
        return -1;
      }
      byte[] name = name((int) index);
      byte[] value = value((int) index);
      if (keep) {
        add(headers, name, value);
      }
      return name.length + value.length;
    }
    boolean index = (first & 0x40) != 0;
    long nameIndex = integer(index ? 6 : 4);
    if (nameIndex < 0 || nameIndex > StaticTable.SIZE + table.count()) {
      return -1;
    }
    int nameStart;
    int nameLength;
    if (nameIndex == 0) {
      long name = string(headers);
      if (name < 0) {
        return -1;
      }
      nameStart = (int) (name >>> 32);
      nameLength = (int) name;
    } else {
      byte[] name = name((int) nameIndex);
      nameStart = headers.append(name, 0, name.length);
      nameLength = name.length;
    }
    long value = string(headers);
    if (value < 0) {
      return -1;
    }
    int valueStart = (int) (value >>> 32);
    int valueLength = (int) value;
    if (index) {
      byte[] text = headers.bytes();
      table.add(
          java.util.Arrays.copyOfRange(text, nameStart, nameStart + nameLength),
          java.util.Arrays.copyOfRange(text, valueStart, valueStart + valueLength));
    }
    if (keep) {
      headers.addParsed(nameStart, nameLength, valueStart, valueLength, nameStart);
    }
    return nameLength + valueLength;
  }

  private byte[] name(int index) {
    return index <= StaticTable.SIZE
        ? StaticTable.name(index)
        : table.name(index - StaticTable.SIZE - 1);
  }

  private byte[] value(int index) {
    return index <= StaticTable.SIZE
        ? StaticTable.value(index)
        : table.value(index - StaticTable.SIZE - 1);
  }

  private static void add(HeaderMap headers, byte[] name, byte[] value) {
    int nameStart = headers.append(name, 0, name.length);
    int valueStart = headers.append(value, 0, value.length);
    headers.addParsed(nameStart, name.length, valueStart, value.length, nameStart);
  }

  /** Reads a string into the map's bytes: start and length, −1 when it is malformed. */
  private long string(HeaderMap headers) {
    if (at >= end) {
      return -1;
    }
    boolean huffman = (block[at] & 0x80) != 0;
    long length = integer(7);
    if (length < 0 || length > end - at) {
      return -1;
    }
    int count = (int) length;
    int from = at;
    at += count;
    if (!huffman) {
      return (long) headers.append(block, from, count) << 32 | count;
    }
    int room = count * 8 / 5 + 1;
    int start = headers.reserve(room);
    int stop = Huffman.decode(block, from, count, headers.bytes(), start);
    return stop < 0 ? -1 : (long) start << 32 | stop - start;
  }

  /** Reads an integer with a prefix of {@code bits}; −1 when it is malformed or too large. */
  private long integer(int bits) {
    int mask = (1 << bits) - 1;
    int value = block[at++] & mask;
    if (value < mask) {
      return value;
    }
    long sum = mask;
    for (int shift = 0; shift <= 28; shift += 7) {
      if (at >= end) {
        return -1;
      }
      int next = block[at++] & 0xff;
      sum += (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return sum > Integer.MAX_VALUE ? -1 : sum;
      }
    }
    return -1;
  }
}
