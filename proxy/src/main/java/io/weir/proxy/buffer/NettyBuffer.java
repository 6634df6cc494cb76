package io.weir.proxy.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.weir.filter.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A queue of Netty slices. The buffer owns one reference of each slice and releases it when the
 * slice is drained, moved out or the buffer is {@link #release}d. Bytes that pass through are never
 * copied. Belongs to one worker.
 */
public final class NettyBuffer implements Buffer {
  /** Small appends share a slice of at least this many bytes. */
  private static final int MIN_SLICE = 512;

  private final ByteBufAllocator allocator;
  private @Nullable ByteBuf[] slices = new ByteBuf[4];
  private int head;
  private int count;
  private long length;
  // Whether the last slice was allocated here, so that its free space may be written.
  private boolean ownTail;

  public NettyBuffer(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  public long length() {
    return length;
  }

  /** The number of slices; each has at least one readable byte. */
  public int sliceCount() {
    return count;
  }

  /** A slice, still owned by this buffer. */
  public ByteBuf slice(int index) {
    return at(index);
  }

  /** Appends a slice and takes over the caller's reference. */
  public void append(ByteBuf slice) {
    int readable = slice.readableBytes();
    if (readable == 0) {
      slice.release();
      return;
    }
    push(slice);
    length += readable;
    ownTail = false;
  }

  /** Takes the first slice out; the caller owns its reference. Null when empty. */
  public @Nullable ByteBuf poll() {
    if (count == 0) {
      return null;
    }
    ByteBuf slice = at(0);
    dropHead();
    length -= slice.readableBytes();
    return slice;
  }

  /**
   * Takes everything out as one Netty buffer for a write; the caller owns it. Slices are composed,
   * not copied.
   */
  public ByteBuf takeAll() {
    if (count == 0) {
      return Unpooled.EMPTY_BUFFER;
    }
    if (count == 1) {
      ByteBuf only = at(0);
      dropHead();
      length = 0;
      return only;
    }
    var composite = allocator.compositeBuffer(count);
    while (count > 0) {
      composite.addComponent(true, at(0));
      dropHead();
    }
    length = 0;
    return composite;
  }

  /** Appends everything to {@code other} without copying, and keeps it. */
  public void shareWith(NettyBuffer other) {
    for (int i = 0; i < count; i++) {
      other.append(at(i).retainedSlice());
    }
    // What follows in the last slice's memory must not be written through this buffer only.
    ownTail = false;
  }

  /** Releases every slice. The buffer is empty and usable. */
  public void release() {
    while (count > 0) {
      at(0).release();
      dropHead();
    }
    length = 0;
  }

  @Override
  public void append(byte[] source, int offset, int bytes) {
    if (bytes == 0) {
      return;
    }
    tail(bytes).writeBytes(source, offset, bytes);
    length += bytes;
  }

  /**
   * A slice at the end with room for {@code bytes}, to be written by the caller, who then calls
   * {@link #wrote}.
   */
  public ByteBuf tail(int bytes) {
    if (count > 0 && ownTail) {
      ByteBuf last = at(count - 1);
      if (last.writableBytes() >= bytes) {
        return last;
      }
    }
    ByteBuf fresh = allocator.buffer(Math.max(bytes, MIN_SLICE));
    push(fresh);
    ownTail = true;
    return fresh;
  }

  /** Accounts for bytes written into {@link #tail}. */
  public void wrote(int bytes) {
    length += bytes;
  }

  @Override
  public void prepend(byte[] source, int offset, int bytes) {
    if (bytes == 0) {
      return;
    }
    ByteBuf fresh = allocator.buffer(bytes).writeBytes(source, offset, bytes);
    pushFront(fresh);
    length += bytes;
  }

  @Override
  public void drain(long bytes) {
    checkRange(0, bytes);
    length -= bytes;
    long left = bytes;
    while (left > 0) {
      ByteBuf first = at(0);
      int readable = first.readableBytes();
      if (readable > left) {
        first.skipBytes((int) left);
        return;
      }
      left -= readable;
      first.release();
      dropHead();
    }
  }

  @Override
  public byte get(long index) {
    checkRange(index, 1);
    long at = index;
    for (int i = 0; ; i++) {
      ByteBuf slice = at(i);
      int readable = slice.readableBytes();
      if (at < readable) {
        return slice.getByte(slice.readerIndex() + (int) at);
      }
      at -= readable;
    }
  }

  @Override
  public void copyTo(long index, byte[] target, int offset, int bytes) {
    checkRange(index, bytes);
    long skip = index;
    int to = offset;
    int left = bytes;
    for (int i = 0; left > 0; i++) {
      ByteBuf slice = at(i);
      int readable = slice.readableBytes();
      if (skip >= readable) {
        skip -= readable;
        continue;
      }
      int take = Math.min(left, readable - (int) skip);
      slice.getBytes(slice.readerIndex() + (int) skip, target, to, take);
      skip = 0;
      to += take;
      left -= take;
    }
  }

  @Override
  public void copyTo(long index, MemorySegment target, long offset, int bytes) {
    checkRange(index, bytes);
    long skip = index;
    long to = offset;
    int left = bytes;
    for (int i = 0; left > 0; i++) {
      ByteBuf slice = at(i);
      int readable = slice.readableBytes();
      if (skip >= readable) {
        skip -= readable;
        continue;
      }
      int take = Math.min(left, readable - (int) skip);
      slice.getBytes(slice.readerIndex() + (int) skip, target.asSlice(to, take).asByteBuffer());
      skip = 0;
      to += take;
      left -= take;
    }
  }

  @Override
  public void replace(long index, long bytes, byte[] source, int offset, int sourceLength) {
    checkRange(index, bytes);
    var rest = new NettyBuffer(allocator);
    moveTo(rest);
    rest.moveTo(this, index);
    rest.drain(bytes);
    append(source, offset, sourceLength);
    rest.moveTo(this);
  }

  @Override
  public void moveTo(Buffer target) {
    moveTo(target, length);
  }

  @Override
  public void moveTo(Buffer target, long bytes) {
    checkRange(0, bytes);
    if (!(target instanceof NettyBuffer other)) {
      byte[] copy = new byte[Math.toIntExact(bytes)];
      copyTo(0, copy, 0, copy.length);
      target.append(copy);
      drain(bytes);
      return;
    }
    if (other == this) {
      return;
    }
    long left = bytes;
    while (left > 0) {
      ByteBuf first = at(0);
      int readable = first.readableBytes();
      if (readable <= left) {
        dropHead();
        length -= readable;
        left -= readable;
        other.append(first);
      } else {
        other.append(first.readRetainedSlice((int) left));
        length -= left;
        left = 0;
      }
    }
  }

  @Override
  public long indexOf(byte value, long from) {
    long base = 0;
    for (int i = 0; i < count; i++) {
      ByteBuf slice = at(i);
      int readable = slice.readableBytes();
      if (from < base + readable) {
        int start = slice.readerIndex() + (int) Math.max(0, from - base);
        int found = slice.indexOf(start, slice.writerIndex(), value);
        if (found >= 0) {
          return base + found - slice.readerIndex();
        }
      }
      base += readable;
    }
    return -1;
  }

  private ByteBuf at(int index) {
    ByteBuf slice = slices[(head + index) & (slices.length - 1)];
    if (slice == null) {
      throw new IndexOutOfBoundsException(index);
    }
    return slice;
  }

  private void push(ByteBuf slice) {
    grow();
    slices[(head + count++) & (slices.length - 1)] = slice;
  }

  private void pushFront(ByteBuf slice) {
    grow();
    head = (head - 1) & (slices.length - 1);
    slices[head] = slice;
    count++;
    if (count == 1) {
      ownTail = false;
    }
  }

  private void grow() {
    if (count == slices.length) {
      @Nullable ByteBuf[] larger = new ByteBuf[slices.length * 2];
      for (int i = 0; i < count; i++) {
        larger[i] = at(i);
      }
      slices = larger;
      head = 0;
    }
  }

  private void dropHead() {
    slices[head] = null;
    head = (head + 1) & (slices.length - 1);
    count--;
    if (count == 0) {
      ownTail = false;
    }
  }

  private void checkRange(long index, long bytes) {
    if (index < 0 || bytes < 0 || index + bytes > length) {
      throw new IndexOutOfBoundsException(index + "+" + bytes + " of " + length);
    }
  }

  @Override
  public String toString() {
    return "NettyBuffer[" + length + " bytes in " + count + " of " + Arrays.toString(slices) + "]";
  }
}
