package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.weir.filter.WorkerLocal;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.Arrays;

/**
 * A worker's workbench for HTTP/1 heads: received bytes are copied here, parsed in place, and what
 * a message keeps is copied once more, in one piece, into its own {@code HeaderMap}. Between calls
 * it holds nothing, so that an idle connection costs no head buffer.
 */
final class HeadScratch {
  static final WorkerLocal<HeadScratch> LOCAL = new WorkerLocal<>(worker -> new HeadScratch());

  // Heads are mostly smaller; longer ones are loaded in further steps.
  private static final int FIRST_LOAD = 2048;
  private static final int FIELD = 4;

  byte[] text = new byte[8192];
  int length;
  private int[] fields = new int[64 * FIELD];
  private int fieldCount;

  /** Loads the front of {@code source}, at most {@code limit} bytes, without taking it. */
  void load(NettyBuffer source, int limit) {
    length = 0;
    loadMore(source, Math.min(limit, FIRST_LOAD));
  }

  /**
   * Loads more of the same source, up to {@code limit} bytes altogether.
   *
   * @return false when there is no more
   */
  boolean loadMore(NettyBuffer source, int limit) {
    int want = (int) Math.min(source.length(), limit);
    if (want <= length) {
      return false;
    }
    if (text.length < want) {
      text = Arrays.copyOf(text, Math.max(want, text.length * 2));
    }
    if (source.sliceCount() == 1) {
      ByteBuf slice = source.slice(0);
      slice.getBytes(slice.readerIndex() + length, text, length, want - length);
    } else {
      source.copyTo(length, text, length, want - length);
    }
    length = want;
    return true;
  }

  void clearFields() {
    fieldCount = 0;
  }

  void addField(int nameStart, int nameLength, int valueStart, int valueLength) {
    int at = fieldCount * FIELD;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, fields.length * 2);
    }
    fields[at] = nameStart;
    fields[at + 1] = nameLength;
    fields[at + 2] = valueStart;
    fields[at + 3] = valueLength;
    fieldCount++;
  }

  void dropLastField() {
    fieldCount--;
  }

  int fieldCount() {
    return fieldCount;
  }

  int nameStart(int field) {
    return fields[field * FIELD];
  }

  int nameLength(int field) {
    return fields[field * FIELD + 1];
  }

  int valueStart(int field) {
    return fields[field * FIELD + 2];
  }

  int valueLength(int field) {
    return fields[field * FIELD + 3];
  }
}
