package io.weir.proxy.filter.compressor;

import org.jspecify.annotations.Nullable;

/** What an {@code accept-encoding} says about an encoding. */
enum AcceptedEncodings {
  /** The header names it. */
  NAMED,
  /** The header allows anything. */
  WILDCARD,
  /** The header prefers the plain body. */
  IDENTITY,
  /** The header allows other encodings only. */
  NOT_VALID,
  /** There is no header. */
  NO_HEADER;

  boolean accepted() {
    return this == NAMED || this == WILDCARD;
  }

  /**
   * Reads a header; names are compared with case, as Envoy does.
   *
   * @param encoding the encoding on offer
   */
  static AcceptedEncodings of(@Nullable String header, String encoding) {
    if (header == null) {
      return NO_HEADER;
    }
    double named = -1;
    double wildcard = -1;
    double identity = -1;
    for (String item : header.split(",")) {
      int semicolon = item.indexOf(';');
      String name = (semicolon < 0 ? item : item.substring(0, semicolon)).strip();
      double quality = semicolon < 0 ? 1 : quality(item.substring(semicolon + 1).strip());
      if (name.equals(encoding)) {
        named = quality;
      } else if (name.equals("*")) {
        wildcard = quality;
      } else if (name.equals("identity")) {
        identity = quality;
      }
    }
    if (named >= 0) {
      return named == 0 ? NOT_VALID : identity > named ? IDENTITY : NAMED;
    }
    if (wildcard > 0) {
      return identity > wildcard ? IDENTITY : WILDCARD;
    }
    return identity > 0 ? IDENTITY : NOT_VALID;
  }

  private static double quality(String parameter) {
    String text = parameter.replace(" ", "");
    if (!text.startsWith("q=")) {
      return 1;
    }
    try {
      return Double.parseDouble(text.substring(2));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
