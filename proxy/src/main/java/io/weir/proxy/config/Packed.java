package io.weir.proxy.config;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/**
 * A message that is kept only to be shown or compared: its bytes take a tenth of what its objects
 * do. Immutable.
 *
 * @param prototype of the message's class
 */
record Packed<M extends Message>(ByteString bytes, M prototype) {
  @SuppressWarnings("unchecked") // a message's default instance has its class
  static <M extends Message> Packed<M> of(M message) {
    return new Packed<>(message.toByteString(), (M) message.getDefaultInstanceForType());
  }

  @SuppressWarnings("unchecked") // the parser of a prototype makes messages of its class
  M message() {
    try {
      return (M) prototype.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }

  /** Whether this is such a message. */
  boolean holds(M other) {
    // Equal messages with maps may have different bytes.
    return bytes.equals(other.toByteString()) || message().equals(other);
  }
}
