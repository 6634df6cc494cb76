package io.weir.proxy.http.codec;

import io.weir.proxy.http.codec.Http1Settings.HeaderCase;
import io.weir.proxy.http.codec.Http1Settings.Underscores;

/**
 * Reads start lines and fields from a {@link HeadScratch} (RFC 9112, strict: lines end in CRLF, no
 * folding, no space around names). A head is parsed from its start each time more of it arrives; an
 * error in the part that is there is found at once. One parser belongs to one codec.
 */
final class Http1HeadParser {
  enum Result {
    /** The head is not complete; nothing is wrong so far. */
    MORE,
    DONE,
    /** See {@link Http1HeadParser#error}. */
    ERROR
  }

  private static final int MAX_METHOD = 32;
  private static final int VERSION_LENGTH = 8;

  private final Http1Settings settings;
  private final boolean lowerInPlace;
  private final boolean bareLineFeed;

  // Of the message being parsed.
  int methodStart;
  int methodLength;
  int targetStart;
  int targetLength;
  int status;
  int statusStart;
  int statusLength;
  int reasonStart;
  int reasonLength;
  boolean http10;
  int end;
  int underscoresDropped;
  CodecError error = CodecError.SYNTAX;

  /**
   * @param bareLineFeed whether LF alone ends a line (RFC 9112 2.2 allows it): only for responses,
   *     where it is seen in the field and cannot smuggle a request
   */
  Http1HeadParser(Http1Settings settings, boolean bareLineFeed) {
    this.settings = settings;
    this.bareLineFeed = bareLineFeed;
    this.lowerInPlace = settings.headerCase() != HeaderCase.PRESERVE;
  }

  Result request(HeadScratch scratch) {
    byte[] text = scratch.text;
    int length = scratch.length;
    int p = skipEmptyLines(text, length);
    if (p < 0) {
      return fail(CodecError.SYNTAX);
    }
    methodStart = p;
    while (p < length && Bytes.token(text[p]) != 0) {
      p++;
    }
    methodLength = p - methodStart;
    if (p == length) {
      return methodLength > MAX_METHOD ? fail(CodecError.SYNTAX) : more(scratch);
    }
    if (text[p] != ' '
        || !settings.customMethods() && !Methods.known(text, methodStart, methodLength)) {
      return fail(
          text[p] == 0 && methodLength > 0 ? CodecError.INVALID_CHARACTERS : CodecError.SYNTAX);
    }
    targetStart = ++p;
    while (p < length && text[p] > ' ' && text[p] != 0x7f) {
      p++;
    }
    targetLength = p - targetStart;
    if (p == length) {
      return more(scratch);
    }
    if (targetLength == 0) {
      return fail(CodecError.SYNTAX);
    }
    if (!plausibleTarget(text)) {
      return fail(whyNoTarget(text));
    }
    if (text[p] == '\n') {
      return fail(CodecError.LOW_VERSION);
    }
    if (text[p] == '\r') {
      // "GET /path" is HTTP/0.9.
      return p + 1 == length
          ? more(scratch)
          : fail(text[p + 1] == '\n' ? CodecError.LOW_VERSION : CodecError.SYNTAX);
    }
    if (text[p] != ' ') {
      return fail(
          text[p] == '\t' || text[p] < 0 ? CodecError.SYNTAX : CodecError.INVALID_CHARACTERS);
    }
    p++;
    return version(scratch, text, p, length);
  }

  private Result version(HeadScratch scratch, byte[] text, int from, int length) {
    int p = from;
    for (int i = 0; i < VERSION_LENGTH; i++, p++) {
      if (p == length) {
        return more(scratch);
      }
      if (!versionByte(text[p], i)) {
        return fail(CodecError.SYNTAX);
      }
    }
    int lineEnd = lineEnd(text, p, length);
    if (lineEnd <= 0) {
      return lineEnd == 0 ? more(scratch) : fail(CodecError.SYNTAX);
    }
    boolean one = text[p - 3] == '1';
    http10 = one && text[p - 1] == '0';
    if (!one || text[p - 1] > '1' || http10 && !settings.acceptHttp10()) {
      return fail(CodecError.LOW_VERSION);
    }
    return fields(scratch, lineEnd);
  }

  Result response(HeadScratch scratch) {
    byte[] text = scratch.text;
    int length = scratch.length;
    int p = 0;
    for (int i = 0; i < VERSION_LENGTH; i++, p++) {
      if (p == length) {
        return more(scratch);
      }
      if (!versionByte(text[p], i)) {
        return fail(CodecError.SYNTAX);
      }
    }
    // A later minor version understands this one (RFC 9110 6.2).
    if (text[5] != '1') {
      return fail(CodecError.SYNTAX);
    }
    http10 = text[7] == '0';
    if (p == length) {
      return more(scratch);
    }
    if (text[p++] != ' ') {
      return fail(CodecError.SYNTAX);
    }
    status = 0;
    statusStart = p;
    int digits = 0;
    while (p < length && text[p] >= '0' && text[p] <= '9' && digits < 4) {
      status = status * 10 + text[p++] - '0';
      digits++;
    }
    if (p == length) {
      return more(scratch);
    }
    statusLength = digits;
    if (digits == 0) {
      return fail(CodecError.SYNTAX);
    }
    if (text[p] == ' ') {
      p++;
    } else if (text[p] != '\r' && text[p] != '\n') {
      return fail(CodecError.SYNTAX);
    }
    reasonStart = p;
    while (p < length && Bytes.value(text[p])) {
      p++;
    }
    reasonLength = p - reasonStart;
    int lineEnd = lineEnd(text, p, length);
    if (lineEnd <= 0) {
      return lineEnd == 0 ? more(scratch) : fail(CodecError.SYNTAX);
    }
    return fields(scratch, lineEnd);
  }

  /** Fields from {@code from} to the empty line; of a head, or of a trailer section. */
  Result fields(HeadScratch scratch, int from) {
    scratch.clearFields();
    byte[] text = scratch.text;
    int length = scratch.length;
    int p = from;
    int count = 0;
    while (true) {
      int lineEnd = lineEnd(text, p, length);
      if (lineEnd > 0) {
        end = lineEnd;
        return lineEnd > settings.maxHeaderBytes()
            ? fail(CodecError.HEADERS_TOO_LARGE)
            : Result.DONE;
      }
      if (lineEnd == 0) {
        return more(scratch);
      }
      int nameStart = p;
      p = name(text, p, length);
      int nameLength = p - nameStart;
      if (p == length) {
        return more(scratch);
      }
      if (text[p] != ':' || nameLength == 0) {
        return fail(text[p] == 0 ? CodecError.INVALID_CHARACTERS : CodecError.SYNTAX);
      }
      p++;
      while (p < length && Bytes.space(text[p])) {
        p++;
      }
      int valueStart = p;
      while (p < length && Bytes.value(text[p])) {
        p++;
      }
      int valueEnd = p;
      lineEnd = lineEnd(text, p, length);
      if (lineEnd <= 0) {
        return lineEnd == 0 ? more(scratch) : fail(CodecError.INVALID_CHARACTERS);
      }
      p = lineEnd;
      while (valueEnd > valueStart && Bytes.space(text[valueEnd - 1])) {
        valueEnd--;
      }
      scratch.addField(nameStart, nameLength, valueStart, valueEnd - valueStart);
      if (++count > settings.maxHeaders()) {
        return fail(CodecError.TOO_MANY_HEADERS);
      }
      if (settings.underscores() != Underscores.ALLOW && underscored(text, nameStart, nameLength)) {
        if (settings.underscores() == Underscores.REJECT) {
          return fail(CodecError.UNDERSCORE);
        }
        scratch.dropLastField();
        underscoresDropped++;
      }
    }
  }

  private int name(byte[] text, int from, int length) {
    int p = from;
    if (lowerInPlace) {
      byte lower;
      while (p < length && (lower = Bytes.token(text[p])) != 0) {
        text[p++] = lower;
      }
    } else {
      while (p < length && Bytes.token(text[p]) != 0) {
        p++;
      }
    }
    return p;
  }

  private static boolean underscored(byte[] text, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (text[i] == '_') {
        return true;
      }
    }
    return false;
  }

  /** CRLF before a request line is ignored (RFC 9112 2.2). −1 when something else is found. */
  private static int skipEmptyLines(byte[] text, int length) {
    int p = 0;
    while (p < length && text[p] == '\r') {
      if (p + 1 < length && text[p + 1] != '\n') {
        return -1;
      }
      p = Math.min(p + 2, length);
    }
    return p;
  }

  private boolean plausibleTarget(byte[] text) {
    byte first = text[targetStart];
    if (first == '/') {
      return true;
    }
    if (methodLength == 7 && text[methodStart] == 'C' && text[methodStart + 1] == 'O') {
      return true;
    }
    if (first == '*') {
      return targetLength == 1
          && (methodLength == 7 && text[methodStart] == 'O' || !settings.absoluteUrls());
    }
    if (!settings.absoluteUrls()) {
      // The connection manager will find that the path does not begin with a slash.
      return Targets.hasScheme(text, targetStart, targetLength);
    }
    return Targets.absoluteScheme(text, targetStart, targetLength) > 0;
  }

  private CodecError whyNoTarget(byte[] text) {
    if (text[targetStart] == '*') {
      return CodecError.INVALID_URL;
    }
    return Targets.hasScheme(text, targetStart, targetLength)
        ? CodecError.INVALID_SCHEME
        : CodecError.SYNTAX;
  }

  private static boolean versionByte(byte b, int index) {
    return switch (index) {
      case 5, 7 -> b >= '0' && b <= '9';
      default -> b == "HTTP/0.0".charAt(index);
    };
  }

  /**
   * Whether a line ends at {@code p}.
   *
   * @return the index after CRLF, 0 when the rest has not come, −1 when something else is there
   */
  private int lineEnd(byte[] text, int p, int length) {
    if (p >= length) {
      return 0;
    }
    if (text[p] != '\r') {
      return bareLineFeed && text[p] == '\n' ? p + 1 : -1;
    }
    if (p + 1 == length) {
      return 0;
    }
    return text[p + 1] == '\n' ? p + 2 : -1;
  }

  private Result more(HeadScratch scratch) {
    return scratch.length > settings.maxHeaderBytes()
        ? fail(CodecError.HEADERS_TOO_LARGE)
        : Result.MORE;
  }

  private Result fail(CodecError why) {
    error = why;
    return Result.ERROR;
  }
}
