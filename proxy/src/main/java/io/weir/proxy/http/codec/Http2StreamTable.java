package io.weir.proxy.http.codec;

import org.jspecify.annotations.Nullable;

/** The open streams of one connection by number: open addressing, no boxes. */
final class Http2StreamTable {
  private @Nullable Http2Stream[] slots = new Http2Stream[16];
  private int size;

  int size() {
    return size;
  }

  private int slot(int id) {
    // Numbers of one side are all odd or all even: the lowest bit says nothing.
    return (id >>> 1) * 0x9e3779b1 >>> Integer.numberOfLeadingZeros(slots.length) + 1;
  }

  @Nullable Http2Stream get(int id) {
    int mask = slots.length - 1;
    for (int i = slot(id); ; i = i + 1 & mask) {
      Http2Stream stream = slots[i];
      if (stream == null || stream.id == id) {
        return stream;
      }
    }
  }

  /** Adds a stream whose number is not in the table. */
  void put(Http2Stream stream) {
    if ((size + 1) * 2 > slots.length) {
      grow();
    }
    insert(stream);
    size++;
  }

  private void insert(Http2Stream stream) {
    int mask = slots.length - 1;
    int i = slot(stream.id);
    while (slots[i] != null) {
      i = i + 1 & mask;
    }
    slots[i] = stream;
  }

  private void grow() {
    @Nullable Http2Stream[] old = slots;
    slots = new Http2Stream[old.length * 2];
    for (Http2Stream stream : old) {
      if (stream != null) {
        insert(stream);
      }
    }
  }

  /** Removes a stream; what collided with it moves up. */
  void remove(Http2Stream stream) {
    int mask = slots.length - 1;
    int gap = slot(stream.id);
    while (slots[gap] != stream) {
      if (slots[gap] == null) {
        return;
      }
      gap = gap + 1 & mask;
    }
    size--;
    for (int i = gap + 1 & mask; ; i = i + 1 & mask) {
      Http2Stream next = slots[i];
      if (next == null) {
        break;
      }
      int home = slot(next.id);
      if ((i - home & mask) >= (i - gap & mask)) {
        slots[gap] = next;
        gap = i;
      }
    }
    slots[gap] = null;
  }

  /** The streams of this moment; they may be removed while a caller goes through them. */
  Http2Stream[] snapshot() {
    var all = new Http2Stream[size];
    int count = 0;
    for (Http2Stream stream : slots) {
      if (stream != null) {
        all[count++] = stream;
      }
    }
    return all;
  }
}
