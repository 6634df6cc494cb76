package io.weir.proxy.filter.compression;

import io.weir.filter.buffer.Buffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Makes a gzip member (RFC 1952); every piece is flushed, so that the peer can read it at once. */
final class GzipEncoder implements BodyCodec {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int CHUNK = 8192;

  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] out = new byte[CHUNK];
  private boolean begun;

  GzipEncoder(int level, int strategy) {
    deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
  }

  @Override
  public void process(Buffer data, boolean end) {
    byte[] in = data.toByteArray();
    data.clear();
    if (!begun) {
      begun = true;
      data.append(HEADER);
    }
    checksum.update(in);
    deflater.setInput(in);
    if (end) {
      deflater.finish();
    }
    int mode = end ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
    int produced;
    do {
      produced = deflater.deflate(out, 0, CHUNK, mode);
      data.append(out, 0, produced);
    } while (end ? !deflater.finished() : produced == CHUNK);
    if (end) {
      trailer(data);
    }
  }

  private void trailer(Buffer data) {
    int crc = (int) checksum.getValue();
    int size = (int) deflater.getBytesRead();
    byte[] trailer = new byte[8];
    for (int i = 0; i < 4; i++) {
      trailer[i] = (byte) (crc >> 8 * i);
      trailer[4 + i] = (byte) (size >> 8 * i);
    }
    data.append(trailer);
  }

  @Override
  public void close() {
    deflater.end();
  }
}
