package io.weir.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.weir.proxy.tls.verify.Verdict;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake or a record failed, in the words of Envoy's transport failure reasons, whose
 * codes and names are BoringSSL's.
 *
 * @param text empty when the peer just went away
 */
record TlsFailure(Kind kind, String text) {
  private static final String BEGIN = "TLS_error:|";
  private static final String END = ":TLS_error_end";
  private static final String SSL = ":SSL routines:OPENSSL_internal:";
  private static final long SSL_LIBRARY = 0x10000000L;
  private static final long ALERTS = SSL_LIBRARY + 1000;
  private static final String VERIFY_FAILED =
      SSL_LIBRARY + 125 + SSL + "CERTIFICATE_VERIFY_FAILED:";
  private static final String NO_CERTIFICATE =
      SSL_LIBRARY
          + 192
          + SSL
          + "PEER_DID_NOT_RETURN_A_CERTIFICATE:peer did not provide required client certificate";
  private static final String RESET =
      "33554536:system library:OPENSSL_internal:Connection reset by peer";
  private static final String SECRET_MISSING = "TLS error: Secret is not supplied by SDS";

  /** What statistics tell apart. */
  enum Kind {
    /** The peer's certificates were refused, for a reason that the verdict tells. */
    CHAIN,
    NAMES,
    PIN,
    NO_CERTIFICATE,
    ERROR,
    CLOSED
  }

  /** Words of the JDK's engine and the names that BoringSSL has for the same. */
  private enum Words {
    EMPTY_CHAIN("empty client certificate chain", 192, ""),
    NO_CIPHER("no cipher suites in common", 184, "NO_SHARED_CIPHER"),
    NO_CIPHER_2("no appropriate protocol", 240, "UNSUPPORTED_PROTOCOL"),
    PROTOCOL("is not enabled or supported", 240, "UNSUPPORTED_PROTOCOL"),
    PROTOCOL_2("unsupported or unrecognized ssl message", 247, "WRONG_VERSION_NUMBER"),
    BAD_MAC("tag mismatch", 139, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC");

    private final String words;
    private final int code;
    private final String name;

    Words(String words, int code, String name) {
      this.words = words;
      this.code = code;
      this.name = name;
    }
  }

  private static final List<String> OLD_ALERTS =
      List.of(
          "CLOSE_NOTIFY",
          "UNEXPECTED_MESSAGE",
          "BAD_RECORD_MAC",
          "DECOMPRESSION_FAILURE",
          "HANDSHAKE_FAILURE",
          "NO_CERTIFICATE",
          "BAD_CERTIFICATE",
          "UNSUPPORTED_CERTIFICATE",
          "CERTIFICATE_REVOKED",
          "CERTIFICATE_EXPIRED",
          "CERTIFICATE_UNKNOWN",
          "ILLEGAL_PARAMETER");
  private static final List<Integer> OLD_ALERT_CODES =
      List.of(0, 10, 20, 30, 40, 41, 42, 43, 44, 45, 46, 47);
  private static final List<String> ALERT_NAMES =
      List.of(
          "UNKNOWN_CA",
          "ACCESS_DENIED",
          "DECODE_ERROR",
          "DECRYPT_ERROR",
          "PROTOCOL_VERSION",
          "INSUFFICIENT_SECURITY",
          "INTERNAL_ERROR",
          "UNRECOGNIZED_NAME",
          "CERTIFICATE_REQUIRED",
          "NO_APPLICATION_PROTOCOL");
  private static final List<Integer> ALERT_CODES =
      List.of(48, 49, 50, 51, 70, 71, 80, 112, 116, 120);

  /** A connection before the secrets have come. */
  static final TlsFailure NOT_READY = new TlsFailure(Kind.ERROR, SECRET_MISSING);

  static TlsFailure of(Throwable failure, @Nullable Verdict verdict) {
    if (verdict instanceof Verdict.Rejected(String reason, Verdict.Cause cause, var _)) {
      Kind kind =
          switch (cause) {
            case CHAIN -> Kind.CHAIN;
            case NAMES -> Kind.NAMES;
            case PIN -> Kind.PIN;
          };
      return new TlsFailure(kind, BEGIN + VERIFY_FAILED + reason + END);
    }
    boolean closed = false;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      TlsFailure found = one(at);
      if (found != null) {
        return found;
      }
      closed |= at instanceof ClosedChannelException;
    }
    return closed
        ? new TlsFailure(Kind.CLOSED, "")
        : new TlsFailure(Kind.ERROR, BEGIN + SSL_LIBRARY + SSL + "UNKNOWN_ERROR" + END);
  }

  private static @Nullable TlsFailure one(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof NotSslRecordException) {
      return plain(message);
    }
    int start = message.indexOf("error:");
    if (start >= 0) {
      return fromOpenSsl(message.substring(start));
    }
    String words = message.toLowerCase(Locale.ROOT);
    if (words.contains("connection reset") || words.contains("broken pipe")) {
      return new TlsFailure(Kind.ERROR, BEGIN + RESET + END);
    }
    int alert = words.indexOf("fatal alert: ");
    if (alert >= 0) {
      return alert(words.substring(alert + "fatal alert: ".length()).trim());
    }
    for (Words each : Words.values()) {
      if (words.contains(each.words)) {
        return each == Words.EMPTY_CHAIN
            ? new TlsFailure(Kind.NO_CERTIFICATE, BEGIN + NO_CERTIFICATE + END)
            : new TlsFailure(Kind.ERROR, BEGIN + (SSL_LIBRARY + each.code) + SSL + each.name + END);
      }
    }
    return null;
  }

  /** {@code error:1000007d:SSL routines:OPENSSL_internal:NAME}. */
  private static @Nullable TlsFailure fromOpenSsl(String error) {
    String[] parts = error.split(":", 5);
    if (parts.length < 5) {
      return null;
    }
    long code;
    try {
      code = Long.parseLong(parts[1], 16);
    } catch (NumberFormatException _) {
      return null;
    }
    if (code == SSL_LIBRARY + 192) {
      return new TlsFailure(Kind.NO_CERTIFICATE, BEGIN + NO_CERTIFICATE + END);
    }
    int end = 0;
    String name = parts[4];
    while (end < name.length()
        && (Character.isLetterOrDigit(name.charAt(end)) || name.charAt(end) == '_')) {
      end++;
    }
    return new TlsFailure(
        Kind.ERROR,
        BEGIN + code + ":" + parts[2] + ":" + parts[3] + ":" + name.substring(0, end) + END);
  }

  /** The peer does not speak TLS; the message ends with its bytes in hex. */
  private static TlsFailure plain(String message) {
    String hex = message.substring(message.lastIndexOf(' ') + 1);
    boolean http =
        hex.startsWith("47455420")
            || hex.startsWith("504f5354")
            || hex.startsWith("48454144")
            || hex.startsWith("50555420");
    return new TlsFailure(
        Kind.ERROR,
        BEGIN
            + (SSL_LIBRARY + (http ? 156 : 247))
            + SSL
            + (http ? "HTTP_REQUEST" : "WRONG_VERSION_NUMBER")
            + END);
  }

  private static TlsFailure alert(String given) {
    String name = given.toUpperCase(Locale.ROOT);
    int old = OLD_ALERTS.indexOf(name);
    int other = ALERT_NAMES.indexOf(name);
    long code = old >= 0 ? OLD_ALERT_CODES.get(old) : other >= 0 ? ALERT_CODES.get(other) : 0;
    String prefix = old >= 0 ? "SSLV3_ALERT_" : "TLSV1_ALERT_";
    return new TlsFailure(Kind.ERROR, BEGIN + (ALERTS + code) + SSL + prefix + name + END);
  }
}
