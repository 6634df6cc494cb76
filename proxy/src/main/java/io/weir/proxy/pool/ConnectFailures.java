package io.weir.proxy.pool;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** Words for failures of connecting, as the system's errors are called. */
final class ConnectFailures {
  private static final String[] ERRORS = {
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "No route to host",
    "Network is unreachable",
    "Host is unreachable",
    "No such file or directory",
    "Permission denied",
    "Cannot assign requested address",
    "Address already in use",
    "Too many open files",
    "Invalid argument"
  };

  private ConnectFailures() {}

  /** Whether the socket could not be bound to its source address. */
  static boolean local(@Nullable Throwable failure) {
    return failure instanceof BindException && !(failure instanceof ConnectException)
        || failure != null
            && failure.getMessage() != null
            && (failure.getMessage().contains("bind(..)")
                || failure.getMessage().contains("bind failed"));
  }

  /** {@code delayed connect error: Connection refused} and the like. */
  static String text(@Nullable Throwable failure) {
    String message = failure == null ? null : failure.getMessage();
    if (message != null) {
      for (String error : ERRORS) {
        if (message.contains(error)) {
          return "delayed connect error: " + error;
        }
      }
    }
    return switch (failure) {
      case NoRouteToHostException _ -> "delayed connect error: No route to host";
      case ConnectException _ -> "delayed connect error: Connection refused";
      case UnresolvedAddressException _ -> "immediate connect error: unresolved address";
      case null -> "";
      default -> "delayed connect error: " + failure.getClass().getSimpleName();
    };
  }
}
