package io.weir.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first message of a TLS handshake tells (RFC 8446, 4.1.2). Numbers are as on the wire,
 * GREASE values (RFC 8701) included.
 *
 * @param serverName empty when there is none
 */
public record ClientHello(
    int version,
    List<Integer> cipherSuites,
    List<Integer> extensions,
    List<Integer> groups,
    List<Integer> pointFormats,
    List<Integer> signatureAlgorithms,
    List<Integer> supportedVersions,
    String serverName,
    List<String> applicationProtocols) {

  private static final int EXTENSION_SERVER_NAME = 0;
  private static final int EXTENSION_GROUPS = 10;
  private static final int EXTENSION_POINT_FORMATS = 11;
  private static final int EXTENSION_SIGNATURE_ALGORITHMS = 13;
  private static final int EXTENSION_ALPN = 16;
  private static final int EXTENSION_SUPPORTED_VERSIONS = 43;
  private static final int RANDOM_BYTES = 32;
  private static final int HOST_NAME = 0;

  private static final int TLS_13 = 0x0304;
  private static final int P_256 = 23;
  private static final int ECDSA_P_256 = 0x0403;
  // Suites before TLS 1.3 whose servers sign with ECDSA.
  private static final List<Integer> ECDSA_SUITES =
      List.of(0xc009, 0xc00a, 0xc023, 0xc024, 0xc02b, 0xc02c, 0xcca9);

  /** Parses the body of a client hello, without the handshake header; null when it is none. */
  public static @Nullable ClientHello parse(byte[] body) {
    try {
      return new Parser(new Bytes(body, 0, body.length)).hello();
    } catch (IndexOutOfBoundsException malformed) {
      return null;
    }
  }

  /** Whether the client can take a server that signs with ECDSA and P-256. */
  boolean takesEcdsa() {
    if (supportedVersions.contains(TLS_13)) {
      return signatureAlgorithms.contains(ECDSA_P_256);
    }
    return groups.contains(P_256) && cipherSuites.stream().anyMatch(ECDSA_SUITES::contains);
  }

  /** A part of the message, read from the front; reading past its end throws. */
  private static final class Bytes {
    private final byte[] array;
    private final int end;
    private int at;

    Bytes(byte[] array, int from, int to) {
      this.array = array;
      this.at = from;
      this.end = to;
    }

    boolean isEmpty() {
      return at == end;
    }

    int u8() {
      if (at >= end) {
        throw new IndexOutOfBoundsException(at);
      }
      return array[at++] & 0xff;
    }

    int u16() {
      return u8() << 8 | u8();
    }

    Bytes take(int length) {
      if (length > end - at) {
        throw new IndexOutOfBoundsException(at + length);
      }
      var part = new Bytes(array, at, at + length);
      at += length;
      return part;
    }

    String text() {
      var text = new String(array, at, end - at, StandardCharsets.ISO_8859_1);
      at = end;
      return text;
    }
  }

  private static final class Parser {
    private final Bytes in;
    private final List<Integer> extensions = new ArrayList<>();
    private List<Integer> groups = List.of();
    private List<Integer> pointFormats = List.of();
    private List<Integer> signatureAlgorithms = List.of();
    private List<Integer> versions = List.of();
    private String serverName = "";
    private List<String> protocols = List.of();

    Parser(Bytes in) {
      this.in = in;
    }

    ClientHello hello() {
      int version = in.u16();
      in.take(RANDOM_BYTES);
      in.take(in.u8());
      List<Integer> suites = numbers(in.take(in.u16()));
      in.take(in.u8());
      if (!in.isEmpty()) {
        Bytes all = in.take(in.u16());
        while (!all.isEmpty()) {
          int type = all.u16();
          extensions.add(type);
          extension(type, all.take(all.u16()));
        }
      }
      return new ClientHello(
          version,
          suites,
          extensions,
          groups,
          pointFormats,
          signatureAlgorithms,
          versions,
          serverName,
          protocols);
    }

    private void extension(int type, Bytes data) {
      switch (type) {
        case EXTENSION_SERVER_NAME -> serverName = serverName(data);
        case EXTENSION_GROUPS -> groups = numbers(data.take(data.u16()));
        case EXTENSION_POINT_FORMATS -> {
          Bytes formats = data.take(data.u8());
          pointFormats = new ArrayList<>();
          while (!formats.isEmpty()) {
            pointFormats.add(formats.u8());
          }
        }
        case EXTENSION_SIGNATURE_ALGORITHMS -> signatureAlgorithms = numbers(data.take(data.u16()));
        case EXTENSION_ALPN -> {
          Bytes list = data.take(data.u16());
          protocols = new ArrayList<>();
          while (!list.isEmpty()) {
            protocols.add(list.take(list.u8()).text());
          }
        }
        case EXTENSION_SUPPORTED_VERSIONS -> versions = numbers(data.take(data.u8()));
        default -> {
          // Nothing else is looked at.
        }
      }
    }

    private static String serverName(Bytes data) {
      if (data.isEmpty()) {
        return "";
      }
      Bytes list = data.take(data.u16());
      while (!list.isEmpty()) {
        int kind = list.u8();
        Bytes name = list.take(list.u16());
        if (kind == HOST_NAME) {
          return name.text();
        }
      }
      return "";
    }

    private static List<Integer> numbers(Bytes data) {
      var numbers = new ArrayList<Integer>();
      while (!data.isEmpty()) {
        numbers.add(data.u16());
      }
      return numbers;
    }
  }
}
