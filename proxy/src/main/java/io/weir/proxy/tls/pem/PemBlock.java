package io.weir.proxy.tls.pem;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One block of a PEM text (RFC 7468); text between blocks is ignored.
 *
 * @param headers of the old encrypted form (RFC 1421)
 */
record PemBlock(String label, Map<String, String> headers, byte[] body) {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  static List<PemBlock> read(byte[] pem) throws CredentialException {
    var blocks = new ArrayList<PemBlock>();
    String label = null;
    var headers = new HashMap<String, String>();
    var base64 = new StringBuilder();
    for (String raw : new String(pem, StandardCharsets.ISO_8859_1).split("\n")) {
      String line = raw.strip();
      if (label == null) {
        if (line.startsWith(BEGIN) && line.endsWith(DASHES)) {
          label = line.substring(BEGIN.length(), line.length() - DASHES.length());
        }
      } else if (line.startsWith(END)) {
        if (!line.equals(END + label + DASHES)) {
          throw new CredentialException("the end line of a PEM block does not match " + label);
        }
        blocks.add(new PemBlock(label, Map.copyOf(headers), decode(base64)));
        label = null;
        headers.clear();
        base64.setLength(0);
      } else if (line.indexOf(':') > 0) {
        int colon = line.indexOf(':');
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      } else {
        base64.append(line);
      }
    }
    if (label != null) {
      throw new CredentialException("a PEM block of " + label + " has no end");
    }
    return blocks;
  }

  private static byte[] decode(StringBuilder base64) throws CredentialException {
    try {
      return Base64.getDecoder().decode(base64.toString());
    } catch (IllegalArgumentException _) {
      throw new CredentialException("a PEM block is not base64");
    }
  }
}
