package io.weir.proxy.pool;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Words for failures of connecting, as the system's errors are called. */
final class ConnectFailures {
  private static final String NO_ADDRESS = "Cannot assign requested address";
  private static final String[] ERRORS = {
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "No route to host",
    "Network is unreachable",
    "Host is unreachable",
    "No such file or directory",
    "Permission denied",
    NO_ADDRESS,
    "Address already in use",
    "Too many open files",
    "Invalid argument"
  };

  private ConnectFailures() {}

  /** Whether the socket could not be bound to its source address. */
  static boolean local(@Nullable Throwable failure) {
    if (failure == null) {
      return false;
    }
    String message = failure.getMessage();
    if (message != null && message.contains("connect(..)")) {
      return false;
    }
    return failure instanceof BindException && !(failure instanceof ConnectException)
        || message != null && (message.contains("bind(..)") || message.contains("bind failed"));
  }

  /**
   * {@code delayed connect error: Connection refused} and the like.
   *
   * @param source the address that the socket was to be bound to, or null
   * @param host the address of the host
   */
  static String text(@Nullable Throwable failure, @Nullable Object source, String host) {
    String error = error(failure);
    if (local(failure)) {
      return source == null || error == null
          ? ""
          : "failed to bind to " + source.toString().substring(1) + ": " + error;
    }
    if (error != null) {
      // No port is left: that shows at once, whatever else fails only when the peer answers.
      return error.equals(NO_ADDRESS)
          ? "immediate connect error: " + error + "|remote address:" + host
          : "delayed connect error: " + error;
    }
    return switch (failure) {
      case NoRouteToHostException _ -> "delayed connect error: No route to host";
      case ConnectException _ -> "delayed connect error: Connection refused";
      case UnresolvedAddressException _ -> "immediate connect error: unresolved address";
      case null -> "";
      default -> "delayed connect error: " + failure.getClass().getSimpleName();
    };
  }

  private static @Nullable String error(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    if (message != null) {
      for (String error : ERRORS) {
        if (message.contains(error)) {
          return error;
        }
      }
    }
    return null;
  }
}
