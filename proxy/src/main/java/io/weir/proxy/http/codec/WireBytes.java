package io.weir.proxy.http.codec;

import io.weir.filter.StreamInfo.ByteCounter;

/**
 * What one stream takes on the wire, counted as Envoy's meter does: header bytes are those of
 * fields, HTTP/2 counts whole frames.
 */
public final class WireBytes {
  /** Of what has no codec; nothing is counted. */
  static final WireBytes NONE = new WireBytes();

  // Envoy's parser counts a colon and a line's end for each field, but no space.
  private static final int FIELD_EXTRA = 3;

  private long wireReceived;
  private long wireSent;
  private long headerReceived;
  private long headerSent;
  private long plainReceived;
  private long plainSent;
  private long expectedWire;
  private long expectedHeader;
  private long expectedPlain;

  void clear() {
    wireReceived = 0;
    wireSent = 0;
    headerReceived = 0;
    headerSent = 0;
    plainReceived = 0;
    plainSent = 0;
    sendExpected();
  }

  void received(long bytes) {
    wireReceived += bytes;
  }

  void sent(long bytes) {
    wireSent += bytes;
  }

  /** The fields of an HTTP/1 head that was parsed. */
  void receivedFields(HeadScratch scratch, boolean trailers) {
    int fields = scratch.fieldCount();
    long bytes = (long) FIELD_EXTRA * Math.max(fields, 1);
    for (int f = 0; f < fields; f++) {
      bytes += scratch.nameLength(f) + scratch.valueLength(f);
    }
    headerReceived += bytes;
    if (!trailers) {
      plainReceived += bytes;
    }
  }

  /** The fields of an HTTP/1 head that was written. */
  void sentFields(long bytes) {
    headerSent += bytes;
    plainSent += bytes;
  }

  /**
   * A header block of HTTP/2.
   *
   * @param frames its frames, heads included
   * @param plain its fields before compression
   */
  void receivedBlock(long frames, long plain) {
    wireReceived += frames;
    headerReceived += frames;
    plainReceived += plain;
  }

  /** As {@link #receivedBlock}. */
  void sentBlock(long frames, long plain) {
    wireSent += frames;
    headerSent += frames;
    plainSent += plain;
  }

  /** A header block that will go out when more was read; counted as if it had. */
  void expectBlock(long frames, long plain) {
    expectedWire += frames;
    expectedHeader += frames;
    expectedPlain += plain;
  }

  /** As {@link #expectBlock}, of DATA. */
  void expect(long frames) {
    expectedWire += frames;
  }

  /** What was expected goes out now, and is counted for what it is. */
  void sendExpected() {
    expectedWire = 0;
    expectedHeader = 0;
    expectedPlain = 0;
  }

  /** One of the six counts; the counter's direction is the stream's own. */
  public long get(ByteCounter counter) {
    return switch (counter) {
      case UPSTREAM_WIRE_BYTES_SENT, DOWNSTREAM_WIRE_BYTES_SENT -> wireSent + expectedWire;
      case UPSTREAM_WIRE_BYTES_RECEIVED, DOWNSTREAM_WIRE_BYTES_RECEIVED -> wireReceived;
      case UPSTREAM_HEADER_BYTES_SENT, DOWNSTREAM_HEADER_BYTES_SENT -> headerSent + expectedHeader;
      case UPSTREAM_HEADER_BYTES_RECEIVED, DOWNSTREAM_HEADER_BYTES_RECEIVED -> headerReceived;
      case UPSTREAM_DECOMPRESSED_HEADER_BYTES_SENT, DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_SENT ->
          plainSent + expectedPlain;
      case UPSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED,
          DOWNSTREAM_DECOMPRESSED_HEADER_BYTES_RECEIVED ->
          plainReceived;
      case BYTES_RETRANSMITTED, PACKETS_RETRANSMITTED -> 0;
    };
  }
}
