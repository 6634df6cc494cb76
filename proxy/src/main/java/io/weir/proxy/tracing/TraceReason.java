package io.weir.proxy.tracing;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;

/** Why a request is traced, as its request id tells at the fifteenth character. */
public enum TraceReason {
  NOT_TRACEABLE('4'),
  SAMPLING('9'),
  SERVICE_FORCED('a'),
  CLIENT_FORCED('b');

  private static final int POSITION = 14;
  private static final int LENGTH = 36;

  private final byte mark;

  TraceReason(char mark) {
    this.mark = (byte) mark;
  }

  /** What the request's id says; not traceable without one. */
  static TraceReason of(HeaderMap headers) {
    int id = headers.find(HeaderName.X_REQUEST_ID);
    if (id >= 0 && headers.valueLength(id) == LENGTH) {
      byte found = headers.bytes()[headers.valueStart(id) + POSITION];
      for (TraceReason reason : values()) {
        if (reason.mark == found) {
          return reason;
        }
      }
    }
    return NOT_TRACEABLE;
  }

  /** Marks the request's id, when it is one that can be marked. */
  void mark(HeaderMap headers) {
    int id = headers.find(HeaderName.X_REQUEST_ID);
    if (id >= 0 && headers.valueLength(id) == LENGTH) {
      byte[] text = new byte[LENGTH];
      System.arraycopy(headers.bytes(), headers.valueStart(id), text, 0, LENGTH);
      text[POSITION] = mark;
      headers.set(HeaderName.X_REQUEST_ID, text, 0, LENGTH);
    }
  }
}
