package io.weir.xds.validate;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

/** Copies of messages that are walked by their descriptors. */
public final class DynamicCopy {
  private DynamicCopy() {}

  /**
   * The message itself when it is dynamic. Walking a dynamic copy spares the set-up of the
   * generated accessors; who checks a message more than once makes one copy.
   */
  public static DynamicMessage of(Message message) {
    if (message instanceof DynamicMessage dynamic) {
      return dynamic;
    }
    try {
      return DynamicMessage.parseFrom(message.getDescriptorForType(), message.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }
}
