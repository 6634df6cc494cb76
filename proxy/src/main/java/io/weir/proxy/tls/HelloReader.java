package io.weir.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS handler that reads the client's hello before the library does, which tells too little of it
 * to choose between certificates of several kinds.
 */
final class HelloReader extends SslHandler {
  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE = 22;
  private static final int MESSAGE_HEADER = 4;
  private static final int CLIENT_HELLO = 1;
  private static final int MAX_HELLO = 1 << 14;

  private final Consumer<ClientHello> listener;
  private boolean done;

  HelloReader(SSLEngine engine, Consumer<ClientHello> listener) {
    super(engine);
    this.listener = listener;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws SSLException {
    if (!done) {
      byte[] message = message(in);
      if (message == null) {
        return;
      }
      done = true;
      ClientHello hello = message.length == 0 ? null : ClientHello.parse(message);
      if (hello != null) {
        listener.accept(hello);
      }
    }
    super.decode(context, in, out);
  }

  /** The hello's body; empty when there is none; null when more bytes are needed. */
  private static byte @Nullable [] message(ByteBuf in) {
    var message = new byte[0];
    int at = in.readerIndex();
    int need = MESSAGE_HEADER;
    while (message.length < need) {
      if (in.writerIndex() - at < RECORD_HEADER) {
        return null;
      }
      int length = in.getUnsignedShort(at + 3);
      if (in.getUnsignedByte(at) != HANDSHAKE || length == 0 || need > MAX_HELLO) {
        return new byte[0];
      }
      if (in.writerIndex() - at < RECORD_HEADER + length) {
        return null;
      }
      int before = message.length;
      message = java.util.Arrays.copyOf(message, before + length);
      in.getBytes(at + RECORD_HEADER, message, before, length);
      at += RECORD_HEADER + length;
      if (message.length >= MESSAGE_HEADER) {
        if (message[0] != CLIENT_HELLO) {
          return new byte[0];
        }
        need =
            MESSAGE_HEADER
                + ((message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | message[3] & 0xff);
      }
    }
    return java.util.Arrays.copyOfRange(message, MESSAGE_HEADER, need);
  }
}
