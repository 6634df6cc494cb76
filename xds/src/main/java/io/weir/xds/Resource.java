package io.weir.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One named xDS resource.
 *
 * @param version says whether two bodies are equal; {@link #of} derives it from the bytes
 */
public record Resource(String name, String version, Any body) {

  private static final int VERSION_BYTES = 8;

  /** A resource whose version is a hash of the message's deterministic bytes. */
  public static Resource of(String name, Message message) {
    ByteString bytes = deterministicBytes(message);
    Any body =
        Any.newBuilder()
            .setTypeUrl(ResourceType.TYPE_URL_PREFIX + message.getDescriptorForType().getFullName())
            .setValue(bytes)
            .build();
    return new Resource(name, hash(bytes), body);
  }

  /** The same bytes for equal messages: map entries are sorted by key. */
  public static ByteString deterministicBytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the serialized size cannot overflow", e);
    }
    return ByteString.copyFrom(bytes);
  }

  private static String hash(ByteString bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes.asReadOnlyByteBuffer());
      return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
