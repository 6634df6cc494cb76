package io.weir.proxy.http.codec;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.Arrays;

/**
 * Bytes of a client in any pieces: the codec never throws, what it understands does not depend on
 * how the bytes were cut, and nothing follows a failure. The target of Jazzer and of FuzzTest.
 */
public final class Http1ServerFuzz {
  private Http1ServerFuzz() {}

  /** The first byte says how the rest is cut. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int piece = 1 + (data[0] & 0x3f);
    // What is wrong with a line may be found when it ends, or before.
    byte[] text = Arrays.copyOfRange(data, 1, data.length + 4);
    System.arraycopy(new byte[] {'\r', '\n', '\r', '\n'}, 0, text, text.length - 4, 4);
    String whole = new Run().feed(text, Math.max(1, text.length));
    String cut = new Run().feed(text, piece);
    if (!whole.equals(cut)) {
      throw new AssertionError("in one piece:\n" + whole + "\nin pieces of " + piece + ":\n" + cut);
    }
  }

  private static final class Run implements RequestDecoder {
    private final CodecWorker worker = new CodecWorker();
    private final FakeWire wire = new FakeWire();
    private final StringBuilder events = new StringBuilder();
    private final Http1ServerCodec codec;
    private ResponseEncoder encoder;
    private int bodyStart;
    private boolean failed;

    private Run() {
      codec =
          new Http1ServerCodec(
              worker,
              wire,
              given -> {
                encoder = given;
                return this;
              },
              Http1Settings.DEFAULT);
    }

    private String feed(byte[] text, int piece) {
      for (int at = 0; at < text.length; at += piece) {
        NettyBuffer buffer = worker.newBuffer();
        buffer.append(text, at, Math.min(piece, text.length - at));
        boolean before = failed;
        int told = events.length();
        failed |= codec.dispatch(buffer) != null;
        if (before && events.length() > told) {
          throw new AssertionError("went on after a failure: " + events);
        }
        worker.fake.run();
      }
      codec.onConnectionClosed();
      return events.toString();
    }

    @Override
    public void decodeHeaders(HeaderMap headers, boolean endStream) {
      events.append("headers ").append(headers).append(endStream).append('\n');
      bodyStart = events.length();
      if (endStream) {
        answer();
      }
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      // Cut anywhere, so only the bytes count.
      events.append(data.toText());
      data.clear();
      if (endStream) {
        events.append("|end\n");
        answer();
      }
    }

    @Override
    public void decodeTrailers(HeaderMap trailers) {
      events.append("|trailers ").append(trailers).append('\n');
      answer();
    }

    @Override
    public void sendCodecError(int code, String body, String details) {
      failed = true;
      // How much of a bad message's body was handed on does depend on how it came.
      events.setLength(bodyStart);
      events.append("|error ").append(code).append(' ').append(details).append('\n');
    }

    private void answer() {
      var headers = new HeaderMap();
      headers.add(HeaderName.STATUS, "200");
      headers.add(HeaderName.CONTENT_LENGTH, "0");
      encoder.encodeHeaders(headers, true);
    }
  }
}
