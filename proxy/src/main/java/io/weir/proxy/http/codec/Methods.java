package io.weir.proxy.http.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The request methods that pass unless custom methods are allowed; the set of Envoy's parser. */
final class Methods {
  private static final byte[][] KNOWN =
      Arrays.stream(
              ("GET POST PUT DELETE HEAD OPTIONS PATCH CONNECT TRACE ACL BIND CHECKOUT COPY LINK"
                      + " LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY PROPFIND"
                      + " PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK"
                      + " UNLOCK UNSUBSCRIBE")
                  .split(" "))
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  private Methods() {}

  static boolean known(byte[] text, int start, int length) {
    for (byte[] name : KNOWN) {
      if (name.length == length && Arrays.equals(name, 0, length, text, start, start + length)) {
        return true;
      }
    }
    return false;
  }

  /** Whether requests of the method usually have no body, so that an empty one needs no length. */
  static boolean bodiless(byte[] text, int start, int length) {
    return switch (length) {
      case 3 -> text[start] == 'G';
      case 4 -> text[start] == 'H';
      case 5 -> text[start] == 'T';
      case 6 -> text[start] == 'D' && text[start + 1] == 'E';
      case 7 -> text[start] == 'C' && text[start + 1] == 'O';
      default -> false;
    };
  }
}
