package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.filter.http.HeaderMap;
import io.weir.proxy.http.hpack.HpackDecoder;
import io.weir.proxy.http.hpack.HpackEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes a peer's frames, and puts what a codec wrote into words. */
public final class Http2Script {
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final HpackEncoder encoder = new HpackEncoder(0);
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final ByteBuf out = Unpooled.buffer();

  public Http2Script raw(String latin1) {
    out.writeCharSequence(latin1, StandardCharsets.ISO_8859_1);
    return this;
  }

  public Http2Script preface() {
    return raw(PREFACE).frame(Http2.SETTINGS, 0, 0);
  }

  public Http2Script frame(int type, int flags, int stream, int... payload) {
    out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
    for (int b : payload) {
      out.writeByte(b);
    }
    return this;
  }

  /** A HEADERS frame; fields as name and value in turn. */
  public Http2Script headers(int stream, boolean end, String... fields) {
    byte[] block = block(fields);
    frame(Http2.HEADERS, Http2.END_HEADERS | (end ? Http2.END_STREAM : 0), stream);
    out.setMedium(out.writerIndex() - Http2.FRAME_HEADER, block.length);
    out.writeBytes(block);
    return this;
  }

  public byte[] block(String... fields) {
    var map = new HeaderMap();
    for (int i = 0; i < fields.length; i += 2) {
      byte[] name = fields[i].getBytes(StandardCharsets.ISO_8859_1);
      byte[] value = fields[i + 1].getBytes(StandardCharsets.ISO_8859_1);
      int nameStart = map.append(name, 0, name.length);
      int valueStart = map.append(value, 0, value.length);
      map.addParsed(nameStart, name.length, valueStart, value.length, nameStart);
    }
    encoder.begin();
    for (int e = map.first(); e >= 0; e = map.next(e)) {
      encoder.encode(map, e);
    }
    byte[] block = new byte[encoder.length()];
    System.arraycopy(encoder.block(), 0, block, 0, block.length);
    return block;
  }

  public Http2Script get(int stream) {
    return request(stream, "GET", true);
  }

  public Http2Script post(int stream) {
    return request(stream, "POST", false);
  }

  private Http2Script request(int stream, String method, boolean end) {
    return headers(
        stream, end, ":method", method, ":scheme", "http", ":path", "/", ":authority", "h");
  }

  public Http2Script data(int stream, boolean end, String text) {
    return frame(Http2.DATA, end ? Http2.END_STREAM : 0, stream, text.chars().toArray());
  }

  public Http2Script reset(int stream, int code) {
    return frame(Http2.RST_STREAM, 0, stream, 0, 0, 0, code);
  }

  public Http2Script window(int stream, int bytes) {
    return frame(Http2.WINDOW_UPDATE, 0, stream, bytes >>> 24, bytes >>> 16, bytes >>> 8, bytes);
  }

  public Http2Script setting(int identifier, int value) {
    return frame(
        Http2.SETTINGS, 0, 0, 0, identifier, value >>> 24, value >>> 16, value >>> 8, value);
  }

  public Http2Script ping() {
    return frame(Http2.PING, 0, 0, new int[8]);
  }

  /** Everything since the last call, as bytes. */
  public String take() {
    String text = out.toString(StandardCharsets.ISO_8859_1);
    out.clear();
    return text;
  }

  /** A codec's frames, one string each, without acknowledgements and connection windows. */
  public List<String> read(String latin1) {
    ByteBuf in = Unpooled.copiedBuffer(latin1, StandardCharsets.ISO_8859_1);
    var frames = new ArrayList<String>();
    while (in.isReadable()) {
      int length = in.readMedium();
      int type = in.readByte();
      int flags = in.readByte();
      int stream = in.readInt();
      String text = describe(type, flags, stream, in.readSlice(length));
      if (!text.isEmpty()) {
        frames.add(text);
      }
    }
    return frames;
  }

  private String describe(int type, int flags, int stream, ByteBuf payload) {
    String end = (flags & Http2.END_STREAM) != 0 ? " END" : "";
    return switch (type) {
      case Http2.DATA ->
          "DATA " + stream + end + " " + payload.toString(StandardCharsets.ISO_8859_1);
      case Http2.HEADERS -> "HEADERS " + stream + end + " " + fields(payload);
      case Http2.RST_STREAM -> "RST_STREAM " + stream + " " + payload.readInt();
      case Http2.GOAWAY -> "GOAWAY " + payload.readInt() + " " + payload.readInt();
      case Http2.PING -> flags == 0 ? "PING" : "";
      case Http2.WINDOW_UPDATE -> stream == 0 ? "" : "WINDOW " + stream + " " + payload.readInt();
      default -> "";
    };
  }

  private String fields(ByteBuf block) {
    byte[] bytes = new byte[block.readableBytes()];
    block.readBytes(bytes);
    var map = new HeaderMap();
    decoder.decode(bytes, 0, bytes.length, map, 1 << 20, 1000);
    return map.toString().strip().replace('\n', ';');
  }
}
