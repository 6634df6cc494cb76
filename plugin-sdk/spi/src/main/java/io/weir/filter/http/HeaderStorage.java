package io.weir.filter.http;

import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of header maps whose streams have ended, for new ones: most of what a request would leave
 * to the collector. A map that is {@link #release}d keeps its contents until the worker's present
 * task has ended; then it is empty, so that whoever still holds it sees no other stream's headers.
 * Belongs to one worker.
 */
public final class HeaderStorage {
  /** The worker's storage. */
  public static final WorkerLocal<HeaderStorage> LOCAL = new WorkerLocal<>(HeaderStorage::new);

  private static final int MOST = 128;
  private static final int TEXT_BYTES = 2048;
  private static final int ENTRIES = 32;
  private static final byte[] NO_TEXT = {};
  private static final int[] NO_ENTRIES = {};

  private final Worker worker;
  private final Runnable reclaim = this::reclaim;
  private final byte[][] texts = new byte[MOST][];
  private final int[][] entries = new int[MOST][];
  private final @Nullable HeaderMap[] ended = new HeaderMap[MOST];
  private int textCount;
  private int entriesCount;
  private int endedCount;

  private HeaderStorage(Worker worker) {
    this.worker = worker;
  }

  /**
   * An empty map.
   *
   * @param textBytes bytes of text to reserve
   * @param entryCount entries to reserve
   */
  public HeaderMap newMap(int textBytes, int entryCount) {
    byte[] text;
    if (textBytes > TEXT_BYTES) {
      text = new byte[textBytes];
    } else if (textCount > 0) {
      text = texts[--textCount];
      texts[textCount] = NO_TEXT;
    } else {
      text = new byte[TEXT_BYTES];
    }
    int[] ranges;
    if (entryCount > ENTRIES) {
      ranges = HeaderMap.newEntries(entryCount);
    } else if (entriesCount > 0) {
      ranges = entries[--entriesCount];
      entries[entriesCount] = NO_ENTRIES;
    } else {
      ranges = HeaderMap.newEntries(ENTRIES);
    }
    return new HeaderMap(text, ranges);
  }

  /** The map's stream has ended; nobody has a use for the map after the worker's present task. */
  public void release(HeaderMap map) {
    if (endedCount == MOST) {
      return;
    }
    if (endedCount == 0) {
      worker.execute(reclaim);
    }
    ended[endedCount++] = map;
  }

  private void reclaim() {
    while (endedCount > 0) {
      HeaderMap map = ended[--endedCount];
      ended[endedCount] = null;
      if (map == null) {
        continue;
      }
      byte[] text = map.bytes();
      int[] ranges = map.entries();
      map.abandon(NO_TEXT, NO_ENTRIES);
      if (text.length == TEXT_BYTES && textCount < MOST) {
        texts[textCount++] = text;
      }
      if (ranges.length == HeaderMap.entriesLength(ENTRIES) && entriesCount < MOST) {
        entries[entriesCount++] = ranges;
      }
    }
  }
}
