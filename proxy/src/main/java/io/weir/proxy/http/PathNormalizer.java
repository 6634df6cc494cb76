package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Arrays;

/**
 * Brings request paths into one form before routing, as Envoy's {@code normalize_path}, {@code
 * merge_slashes} and {@code path_with_escaped_slashes_action} do (RFC 3986 6.2.2; the WHATWG URL
 * rules for backslashes and characters to escape). Immutable.
 */
final class PathNormalizer {
  /** What becomes of the request. */
  enum Action {
    GO_ON,
    REJECT,
    /** Answer with a redirect to the path that the headers now have. */
    REDIRECT
  }

  /** {@code path_with_escaped_slashes_action}. */
  enum EscapedSlashes {
    KEEP,
    REJECT,
    REDIRECT,
    FORWARD
  }

  // What the bytes of a path need.
  private static final byte PASS = 0;
  private static final byte ESCAPE = 1;
  private static final byte INVALID = 2;
  private static final byte[] KIND = new byte[256];
  // Characters that are never left escaped.
  private static final boolean[] UNRESERVED = new boolean[128];
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  static {
    for (int c = 0; c < 256; c++) {
      boolean escape = c <= ' ' || c >= 0x7f || "\"<>^`{|}".indexOf(c) >= 0;
      KIND[c] = escape ? ESCAPE : PASS;
    }
    KIND[0] = INVALID;
    for (int c = 0; c < 128; c++) {
      UNRESERVED[c] =
          c >= '0' && c <= '9'
              || c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c == '-'
              || c == '_'
              || c == '~'
              || c == '.';
    }
  }

  private final boolean normalize;
  private final boolean mergeSlashes;
  private final EscapedSlashes escapedSlashes;
  private final boolean enabled;

  PathNormalizer(boolean normalize, boolean mergeSlashes, EscapedSlashes escapedSlashes) {
    this.normalize = normalize;
    this.mergeSlashes = mergeSlashes;
    this.escapedSlashes = escapedSlashes;
    this.enabled = normalize || mergeSlashes || escapedSlashes != EscapedSlashes.KEEP;
  }

  /** Rewrites {@code :path}, which is present and not empty. */
  Action apply(HeaderMap headers) {
    int entry = headers.find(HeaderName.PATH);
    byte[] text = headers.bytes();
    int start = headers.valueStart(entry);
    int end = start + headers.valueLength(entry);
    int pathEnd = end;
    boolean work = false;
    byte previous = 0;
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (b == '#') {
        return Action.REJECT;
      }
      if (b == '?' && pathEnd == end) {
        pathEnd = i;
      }
      if (pathEnd == end) {
        work |=
            b == '%'
                || b == '\\'
                || KIND[b & 0xff] != PASS
                || previous == '/' && (b == '/' || b == '.');
        previous = b;
      }
    }
    return work && enabled ? rewrite(headers, entry, start, pathEnd, end) : Action.GO_ON;
  }

  private Action rewrite(HeaderMap headers, int entry, int start, int pathEnd, int end) {
    // Escaping makes a byte three.
    byte[] path = new byte[(pathEnd - start) * 3 + end - pathEnd];
    System.arraycopy(headers.bytes(), start, path, 0, pathEnd - start);
    int length = pathEnd - start;
    Action action = Action.GO_ON;
    if (escapedSlashes != EscapedSlashes.KEEP) {
      int unescaped = unescapeSlashes(path, length);
      if (unescaped != length) {
        if (escapedSlashes == EscapedSlashes.REJECT) {
          return Action.REJECT;
        }
        length = unescaped;
        if (escapedSlashes == EscapedSlashes.REDIRECT) {
          action = Action.REDIRECT;
        }
      }
    }
    if (normalize) {
      length = canonical(path, length);
      if (length < 0) {
        return Action.REJECT;
      }
    }
    if (mergeSlashes) {
      length = merge(path, length);
    }
    System.arraycopy(headers.bytes(), pathEnd, path, length, end - pathEnd);
    length += end - pathEnd;
    headers.setValue(entry, path, 0, length);
    return action;
  }

  private static int unescapeSlashes(byte[] path, int length) {
    int to = 0;
    for (int i = 0; i < length; i++) {
      int code = escape(path, i, length);
      if (code == '/' || code == '\\') {
        path[to++] = (byte) code;
        i += 2;
      } else {
        path[to++] = path[i];
      }
    }
    return to;
  }

  /**
   * @return the new length, −1 when the path cannot be brought into canonical form
   */
  private static int canonical(byte[] path, int length) {
    byte[] source = Arrays.copyOf(path, length);
    int to = 0;
    for (int i = 0; i < length; i++) {
      byte b = source[i];
      if (b == '%') {
        int code = escape(source, i, length);
        if (code == 0) {
          return -1;
        }
        if (code > 0 && code < 128 && UNRESERVED[code]) {
          path[to++] = (byte) code;
          i += 2;
        } else if (code >= 0) {
          path[to++] = b;
          path[to++] = source[i + 1];
          path[to++] = source[i + 2];
          i += 2;
        } else {
          path[to++] = b;
        }
      } else if (b == '\\') {
        path[to++] = '/';
      } else {
        switch (KIND[b & 0xff]) {
          case PASS -> path[to++] = b;
          case ESCAPE -> {
            path[to++] = '%';
            path[to++] = HEX[(b >> 4) & 15];
            path[to++] = HEX[b & 15];
          }
          default -> {
            return -1;
          }
        }
      }
    }
    return removeDotSegments(path, to);
  }

  /** In place: what is written never overtakes what is read. */
  private static int removeDotSegments(byte[] path, int length) {
    int to = 0;
    int i = 0;
    while (i < length) {
      // Here path[i] is the slash that begins a segment.
      int end = i + 1;
      while (end < length && path[end] != '/') {
        end++;
      }
      int segment = end - i - 1;
      boolean last = end == length;
      if (segment == 1 && path[i + 1] == '.') {
        if (last) {
          path[to++] = '/';
        }
      } else if (segment == 2 && path[i + 1] == '.' && path[i + 2] == '.') {
        while (to > 0 && path[--to] != '/') {
          // Back to the slash that began the segment before.
        }
        if (last) {
          path[to++] = '/';
        }
      } else {
        System.arraycopy(path, i, path, to, end - i);
        to += end - i;
      }
      i = end;
    }
    if (to == 0 && length > 0) {
      path[to++] = '/';
    }
    return to;
  }

  private static int merge(byte[] path, int length) {
    int to = 0;
    for (int i = 0; i < length; i++) {
      if (path[i] != '/' || to == 0 || path[to - 1] != '/') {
        path[to++] = path[i];
      }
    }
    if (to == 1 && length > 1) {
      // A path of slashes only keeps its first and its last, as in Envoy.
      path[to++] = '/';
    }
    return to;
  }

  /** The byte that a percent escape at {@code i} stands for, −1 when there is none. */
  private static int escape(byte[] path, int i, int length) {
    if (path[i] != '%' || i + 2 >= length) {
      return -1;
    }
    int high = hex(path[i + 1]);
    int low = hex(path[i + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
