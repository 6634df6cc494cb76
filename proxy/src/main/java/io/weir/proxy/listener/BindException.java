package io.weir.proxy.listener;

import io.weir.proxy.formatter.AddressText;
import java.net.SocketAddress;
import java.util.concurrent.CompletionException;

/** An address could not be listened on. The message says which and why. */
public final class BindException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BindException(SocketAddress address, Throwable cause) {
    super("cannot bind '" + AddressText.text(address) + "': " + reason(cause), cause);
  }

  static RuntimeException of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  /** Netty's message starts with the system call and the error's number. */
  private static String reason(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int at = message.lastIndexOf("failed with error");
    int colon = message.lastIndexOf(": ");
    return at >= 0 && colon > at ? message.substring(colon + 2) : message;
  }
}
