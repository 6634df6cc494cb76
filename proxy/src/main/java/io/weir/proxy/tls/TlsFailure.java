package io.weir.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.weir.proxy.tls.verify.Verdict;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a handshake or a record failed, in the words of Envoy's transport failure reasons, whose
 * codes and names are BoringSSL's.
 *
 * @param text empty when the peer just closed
 */
record TlsFailure(Kind kind, String text) {
  private static final String BEGIN = "TLS_error:|";
  private static final String END = ":TLS_error_end";
  private static final String SSL = ":SSL routines:OPENSSL_internal:";
  private static final long SSL_LIBRARY = 0x10000000L;
  private static final long FIRST_ALERT = SSL_LIBRARY + 1000;
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
    NO_PROTOCOL("no appropriate protocol", 240, "UNSUPPORTED_PROTOCOL"),
    PROTOCOL("is not enabled or supported", 240, "UNSUPPORTED_PROTOCOL"),
    NOT_ACCEPTED("not accepted by server preferences", 240, "UNSUPPORTED_PROTOCOL"),
    PLAIN("unsupported or unrecognized ssl message", 247, "WRONG_VERSION_NUMBER"),
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

  // Alerts that SSL 3 had keep its name.
  private static final Map<String, Integer> OLD_ALERTS =
      Map.ofEntries(
          Map.entry("CLOSE_NOTIFY", 0),
          Map.entry("UNEXPECTED_MESSAGE", 10),
          Map.entry("BAD_RECORD_MAC", 20),
          Map.entry("HANDSHAKE_FAILURE", 40),
          Map.entry("NO_CERTIFICATE", 41),
          Map.entry("BAD_CERTIFICATE", 42),
          Map.entry("UNSUPPORTED_CERTIFICATE", 43),
          Map.entry("CERTIFICATE_REVOKED", 44),
          Map.entry("CERTIFICATE_EXPIRED", 45),
          Map.entry("CERTIFICATE_UNKNOWN", 46),
          Map.entry("ILLEGAL_PARAMETER", 47));
  private static final Map<String, Integer> ALERTS =
      Map.of(
          "UNKNOWN_CA", 48,
          "ACCESS_DENIED", 49,
          "DECODE_ERROR", 50,
          "DECRYPT_ERROR", 51,
          "PROTOCOL_VERSION", 70,
          "INSUFFICIENT_SECURITY", 71,
          "INTERNAL_ERROR", 80,
          "UNRECOGNIZED_NAME", 112,
          "CERTIFICATE_REQUIRED", 116,
          "NO_APPLICATION_PROTOCOL", 120);

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
      return new TlsFailure(Kind.CLOSED, BEGIN + RESET + END);
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
    Integer old = OLD_ALERTS.get(name);
    long code = old == null ? ALERTS.getOrDefault(name, 0) : old;
    String prefix = old == null ? "TLSV1_ALERT_" : "SSLV3_ALERT_";
    return new TlsFailure(Kind.ERROR, BEGIN + (FIRST_ALERT + code) + SSL + prefix + name + END);
  }
}
