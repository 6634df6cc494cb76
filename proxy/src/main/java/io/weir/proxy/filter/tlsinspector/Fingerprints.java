package io.weir.proxy.filter.tlsinspector;

import io.weir.proxy.tls.ClientHello;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The JA3 and JA4 fingerprints of a client hello. */
final class Fingerprints {
  private static final int ALPN = 16;
  private static final int SERVER_NAME = 0;
  private static final int JA4_HASH_DIGITS = 12;
  private static final int TLS_1_0 = 0x0301;

  private Fingerprints() {}

  /** MD5 over version, ciphers, extensions, groups and point formats, decimal, without GREASE. */
  static String ja3(ClientHello hello) {
    String text =
        hello.version()
            + ","
            + decimal(hello.cipherSuites())
            + ","
            + decimal(hello.extensions())
            + ","
            + decimal(hello.groups())
            + ","
            + hello.pointFormats().stream().map(String::valueOf).collect(Collectors.joining("-"));
    return hash("MD5", text);
  }

  /** As FoxIO's specification of JA4 has it, for TLS over TCP. */
  static String ja4(ClientHello hello) {
    List<Integer> ciphers = hello.cipherSuites().stream().filter(notGrease()).toList();
    List<Integer> extensions = hello.extensions().stream().filter(notGrease()).toList();
    String first =
        "t"
            + version(hello)
            + (extensions.contains(SERVER_NAME) ? "d" : "i")
            + twoDigits(ciphers.size())
            + twoDigits(extensions.size())
            + firstAndLast(hello.applicationProtocols());
    String second = ciphers.isEmpty() ? "000000000000" : shortHash(sortedHex(ciphers));
    List<Integer> hashed =
        extensions.stream().filter(type -> type != ALPN && type != SERVER_NAME).toList();
    String signatures =
        hello.signatureAlgorithms().stream()
            .filter(notGrease())
            .map(Fingerprints::hex)
            .collect(Collectors.joining(","));
    String third =
        hashed.isEmpty()
            ? "000000000000"
            : shortHash(sortedHex(hashed) + (signatures.isEmpty() ? "" : "_" + signatures));
    return first + "_" + second + "_" + third;
  }

  private static String version(ClientHello hello) {
    int version =
        hello.supportedVersions().stream()
            .filter(notGrease())
            .mapToInt(Integer::intValue)
            .max()
            .orElse(hello.version());
    return switch (version) {
      case TLS_1_0 + 3 -> "13";
      case TLS_1_0 + 2 -> "12";
      case TLS_1_0 + 1 -> "11";
      case TLS_1_0 -> "10";
      case 0x0300 -> "s3";
      default -> "00";
    };
  }

  private static String firstAndLast(List<String> protocols) {
    if (protocols.isEmpty() || protocols.get(0).isEmpty()) {
      return "00";
    }
    String protocol = protocols.get(0);
    char first = protocol.charAt(0);
    char last = protocol.charAt(protocol.length() - 1);
    if (alphanumeric(first) && alphanumeric(last)) {
      return "" + first + last;
    }
    return hex8(first).substring(0, 1) + hex8(last).substring(1);
  }

  private static boolean alphanumeric(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static String hex8(char c) {
    return HexFormat.of().toHexDigits((byte) c);
  }

  private static String twoDigits(int number) {
    int shown = Math.min(number, 99);
    return shown < 10 ? "0" + shown : Integer.toString(shown);
  }

  private static Predicate<Integer> notGrease() {
    return value -> !((value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff));
  }

  private static String decimal(List<Integer> values) {
    return values.stream()
        .filter(notGrease())
        .map(String::valueOf)
        .collect(Collectors.joining("-"));
  }

  private static String sortedHex(List<Integer> values) {
    return values.stream().sorted().map(Fingerprints::hex).collect(Collectors.joining(","));
  }

  private static String hex(int value) {
    return HexFormat.of().toHexDigits((short) value);
  }

  private static String shortHash(String text) {
    return hash("SHA-256", text).substring(0, JA4_HASH_DIGITS);
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
