package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** Makes {@code x-request-id}: random UUIDs (RFC 9562 version 4). A workbench of one worker. */
final class RequestIds {
  static final WorkerLocal<RequestIds> LOCAL = new WorkerLocal<>(worker -> new RequestIds());

  private static final int LENGTH = 36;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private final byte[] text = new byte[LENGTH];

  void set(HeaderMap headers, Worker worker) {
    long high = worker.random().nextLong() & ~0xf000L | 0x4000L;
    long low = worker.random().nextLong() & ~(3L << 62) | 1L << 63;
    int at = put(0, high, 60, 8);
    text[at++] = '-';
    at = put(at, high, 28, 4);
    text[at++] = '-';
    at = put(at, high, 12, 4);
    text[at++] = '-';
    at = put(at, low, 60, 4);
    text[at++] = '-';
    put(at, low, 44, 12);
    headers.set(HeaderName.X_REQUEST_ID, text, 0, LENGTH);
  }

  private int put(int at, long bits, int topShift, int digits) {
    int shift = topShift;
    for (int i = at; i < at + digits; i++, shift -= 4) {
      text[i] = HEX[(int) (bits >>> shift) & 15];
    }
    return at + digits;
  }
}
