package io.weir.proxy.filter.statefulsession;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a session's cookie holds: the message {@code envoy.Cookie} of Envoy's cookie based session
 * state.
 *
 * @param address the host, {@code ip:port}
 * @param expires seconds since the epoch; 0 for a session without an end
 */
record SessionCookie(String address, long expires) {
  private static final int ADDRESS = 1;
  private static final int EXPIRES = 2;

  /** Null when the bytes are no such message. */
  static @Nullable SessionCookie parse(byte[] message) {
    String address = "";
    long expires = 0;
    try {
      CodedInputStream in = CodedInputStream.newInstance(message);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case ADDRESS << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> address = in.readString();
          case EXPIRES << 3 | WireFormat.WIRETYPE_VARINT -> expires = in.readUInt64();
          default -> in.skipField(tag);
        }
      }
    } catch (IOException notTheMessage) {
      return null;
    }
    return new SessionCookie(address, expires);
  }

  static byte[] serialize(SessionCookie cookie) {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeString(ADDRESS, cookie.address);
      if (cookie.expires != 0) {
        out.writeUInt64(EXPIRES, cookie.expires);
      }
      out.flush();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }
}
