package io.weir.proxy.tls.pem;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A reader over the elements of one level of DER (X.690), and the few things to write of it. */
public final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;
  static final int EXPLICIT_0 = 0xa0;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int tag;
  private int contentStart;
  private int contentEnd;
  private int elementStart;

  private Der(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  public static Der of(byte[] bytes) {
    return new Der(bytes, 0, bytes.length);
  }

  /** Steps to the next element; false at the end of the level. */
  public boolean next() throws CredentialException {
    if (at >= end) {
      return false;
    }
    elementStart = at;
    tag = bytes[at++] & 0xff;
    int length = length();
    if (length < 0 || length > end - at) {
      throw new CredentialException("broken DER");
    }
    contentStart = at;
    contentEnd = at + length;
    at = contentEnd;
    return true;
  }

  private int length() throws CredentialException {
    if (at >= end) {
      throw new CredentialException("broken DER");
    }
    int first = bytes[at++] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    if (count == 0 || count > 4 || count > end - at) {
      throw new CredentialException("broken DER");
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | bytes[at++] & 0xff;
    }
    return length;
  }

  /** Steps to the next element, which must be there and have that tag. */
  Der expect(int wanted) throws CredentialException {
    if (!next() || tag != wanted) {
      throw new CredentialException("broken DER");
    }
    return this;
  }

  public int tag() {
    return tag;
  }

  /** The content of the current element. */
  public byte[] content() {
    return Arrays.copyOfRange(bytes, contentStart, contentEnd);
  }

  /** The current element with its tag and length. */
  byte[] element() {
    return Arrays.copyOfRange(bytes, elementStart, contentEnd);
  }

  /** The elements inside the current one. */
  public Der inside() {
    return new Der(bytes, contentStart, contentEnd);
  }

  /** An element of these parts. */
  static byte[] write(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int count = (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
      out.write(0x80 | count);
      for (int i = count - 1; i >= 0; i--) {
        out.write(length >> 8 * i);
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
