package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import org.jspecify.annotations.Nullable;

/**
 * Matches one subject against one Lua pattern. A NUL ends the pattern, not the subject; classes
 * know ASCII letters only. Work is charged to the state's budget, since backtracking is
 * exponential.
 */
final class Pattern {
  private static final int MAX_CAPTURES = 32;
  private static final int MAX_DEPTH = 200;
  private static final int POSITION = -2;
  private static final int UNFINISHED = -1;
  private static final int CHARGE = 256;

  private final LuaState state;
  private final byte[] subject;
  private final byte[] pattern;
  private final int patternEnd;
  private int[] starts = new int[4];
  private int[] lengths = new int[4];
  private int level;
  private int depth;
  private int work;

  Pattern(LuaState state, LuaString subject, LuaString pattern) {
    this.state = state;
    this.subject = subject.bytes();
    this.pattern = pattern.bytes();
    int end = 0;
    while (end < this.pattern.length && this.pattern[end] != 0) {
      end++;
    }
    patternEnd = end;
  }

  /** Whether {@code find} treats a text as a pattern; closing brackets alone do not make one. */
  static boolean magic(LuaString pattern) {
    for (byte b : pattern.bytes()) {
      switch (b) {
        case '^', '$', '*', '+', '?', '.', '(', '[', '%', '-' -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  boolean anchored() {
    return patternEnd > 0 && pattern[0] == '^';
  }

  /** Matches at a position of the subject; the end of the match, or −1. */
  int match(int from, int patternFrom) {
    level = 0;
    depth = 0;
    return doMatch(from, patternFrom);
  }

  private LuaError error(String message) {
    return state.error(message);
  }

  private void charge() {
    if (++work >= CHARGE) {
      work = 0;
      state.steps(CHARGE);
    }
  }

  private int doMatch(int from, int patternFrom) {
    if (++depth > MAX_DEPTH) {
      throw error("pattern too complex");
    }
    int s = from;
    int p = patternFrom;
    try {
      while (p < patternEnd) {
        charge();
        switch (pattern[p]) {
          case '(' -> {
            return p + 1 < patternEnd && pattern[p + 1] == ')'
                ? openCapture(s, p + 2, POSITION)
                : openCapture(s, p + 1, UNFINISHED);
          }
          case ')' -> {
            return closeCapture(s, p + 1);
          }
          case '%' -> {
            int next = p + 1 < patternEnd ? pattern[p + 1] : 0;
            if (next == 'b') {
              s = balance(s, p + 2);
              if (s < 0) {
                return -1;
              }
              p += 4;
              continue;
            }
            if (next == 'f') {
              p += 2;
              if (p >= patternEnd || pattern[p] != '[') {
                throw error("missing '[' after '%f' in pattern");
              }
              int end = classEnd(p);
              int before = s == 0 ? 0 : subject[s - 1] & 0xff;
              int here = s < subject.length ? subject[s] & 0xff : 0;
              if (inSet(before, p, end - 1) || !inSet(here, p, end - 1)) {
                return -1;
              }
              p = end;
              continue;
            }
            if (next >= '0' && next <= '9') {
              s = backReference(s, next);
              if (s < 0) {
                return -1;
              }
              p += 2;
              continue;
            }
          }
          case '$' -> {
            if (p + 1 == patternEnd) {
              return s == subject.length ? s : -1;
            }
          }
          default -> {}
        }
        int end = classEnd(p);
        int suffix = end < patternEnd ? pattern[end] : 0;
        switch (suffix) {
          case '?' -> {
            if (single(s, p, end)) {
              int result = doMatch(s + 1, end + 1);
              if (result >= 0) {
                return result;
              }
            }
            p = end + 1;
          }
          case '*' -> {
            return greedy(s, p, end);
          }
          case '+' -> {
            return single(s, p, end) ? greedy(s + 1, p, end) : -1;
          }
          case '-' -> {
            return lazy(s, p, end);
          }
          default -> {
            if (!single(s, p, end)) {
              return -1;
            }
            s++;
            p = end;
          }
        }
      }
      return s;
    } finally {
      depth--;
    }
  }

  private int greedy(int from, int p, int end) {
    int count = 0;
    while (single(from + count, p, end)) {
      count++;
      charge();
    }
    for (; count >= 0; count--) {
      int result = doMatch(from + count, end + 1);
      if (result >= 0) {
        return result;
      }
    }
    return -1;
  }

  private int lazy(int from, int p, int end) {
    for (int s = from; ; s++) {
      int result = doMatch(s, end + 1);
      if (result >= 0) {
        return result;
      }
      if (!single(s, p, end)) {
        return -1;
      }
    }
  }

  // ---- classes

  /** The byte after the single-character class at {@code p}. */
  private int classEnd(int from) {
    int p = from;
    if (p >= patternEnd) {
      throw error("malformed pattern (ends with '%')");
    }
    int c = pattern[p++];
    if (c == '%') {
      if (p >= patternEnd) {
        throw error("malformed pattern (ends with '%')");
      }
      return p + 1;
    }
    if (c == '[') {
      if (p < patternEnd && pattern[p] == '^') {
        p++;
      }
      do {
        if (p >= patternEnd) {
          throw error("malformed pattern (missing ']')");
        }
        int member = pattern[p++];
        if (member == '%' && p < patternEnd) {
          p++;
        }
      } while (p >= patternEnd || pattern[p] != ']');
      return p + 1;
    }
    return p;
  }

  private boolean single(int s, int p, int end) {
    if (s >= subject.length) {
      return false;
    }
    int c = subject[s] & 0xff;
    return switch (pattern[p]) {
      case '.' -> true;
      case '%' -> inClass(c, pattern[p + 1]);
      case '[' -> inSet(c, p, end - 1);
      default -> (pattern[p] & 0xff) == c;
    };
  }

  /**
   * @param from the opening bracket
   * @param close the closing bracket
   */
  private boolean inSet(int c, int from, int close) {
    int p = from + 1;
    boolean positive = true;
    if (pattern[p] == '^') {
      positive = false;
      p++;
    }
    for (; p < close; p++) {
      if (pattern[p] == '%') {
        p++;
        if (inClass(c, pattern[p])) {
          return positive;
        }
      } else if (pattern[p + 1] == '-' && p + 2 < close) {
        if ((pattern[p] & 0xff) <= c && c <= (pattern[p + 2] & 0xff)) {
          return positive;
        }
        p += 2;
      } else if ((pattern[p] & 0xff) == c) {
        return positive;
      }
    }
    return !positive;
  }

  private static boolean inClass(int c, int letter) {
    boolean in =
        switch (letter | 0x20) {
          case 'a' -> alpha(c);
          case 'c' -> c < 32 || c == 127;
          case 'd' -> c >= '0' && c <= '9';
          case 'g' -> c > 32 && c < 127;
          case 'l' -> c >= 'a' && c <= 'z';
          case 'p' -> c > 32 && c < 127 && !alpha(c) && !(c >= '0' && c <= '9');
          case 's' -> c == ' ' || c >= 9 && c <= 13;
          case 'u' -> c >= 'A' && c <= 'Z';
          case 'w' -> alpha(c) || c >= '0' && c <= '9';
          case 'x' -> c >= '0' && c <= '9' || (c | 0x20) >= 'a' && (c | 0x20) <= 'f' && c < 128;
          case 'z' -> c == 0;
          default -> {
            yield (letter & 0xff) == c;
          }
        };
    boolean classLetter = "acdglpsuwxz".indexOf(letter | 0x20) >= 0 && letter > 0;
    boolean upper = letter >= 'A' && letter <= 'Z';
    return classLetter && upper ? !in : in;
  }

  private static boolean alpha(int c) {
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c < 128;
  }

  private int balance(int s, int p) {
    if (p + 1 >= patternEnd) {
      throw error("unbalanced pattern");
    }
    if (s >= subject.length || subject[s] != pattern[p]) {
      return -1;
    }
    int open = pattern[p];
    int close = pattern[p + 1];
    int nesting = 1;
    for (int i = s + 1; i < subject.length; i++) {
      if (subject[i] == close) {
        if (--nesting == 0) {
          return i + 1;
        }
      } else if (subject[i] == open) {
        nesting++;
      }
    }
    return -1;
  }

  // ---- captures

  private int openCapture(int s, int p, int kind) {
    if (level >= MAX_CAPTURES) {
      throw error("too many captures");
    }
    if (level == starts.length) {
      starts = java.util.Arrays.copyOf(starts, level * 2);
      lengths = java.util.Arrays.copyOf(lengths, level * 2);
    }
    starts[level] = s;
    lengths[level] = kind;
    level++;
    int result = doMatch(s, p);
    if (result < 0) {
      level--;
    }
    return result;
  }

  private int closeCapture(int s, int p) {
    int open = level - 1;
    while (open >= 0 && lengths[open] != UNFINISHED) {
      open--;
    }
    if (open < 0) {
      throw error("invalid pattern capture");
    }
    lengths[open] = s - starts[open];
    int result = doMatch(s, p);
    if (result < 0) {
      lengths[open] = UNFINISHED;
    }
    return result;
  }

  private int backReference(int s, int digit) {
    int capture = digit - '1';
    if (capture < 0 || capture >= level || lengths[capture] == UNFINISHED) {
      throw error("invalid capture index");
    }
    int length = lengths[capture];
    if (length < 0 || subject.length - s < length) {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      if (subject[starts[capture] + i] != subject[s + i]) {
        return -1;
      }
    }
    return s + length;
  }

  LuaString whole(int from, int to) {
    return LuaString.copyOf(subject, from, to - from);
  }

  int captureCount() {
    return level;
  }

  /** A capture of the last match; capture 0 of a pattern without captures is the whole match. */
  Object capture(int index, int from, int to) {
    if (index >= level) {
      if (index != 0) {
        throw error("invalid capture index");
      }
      return LuaString.copyOf(subject, from, to - from);
    }
    int length = lengths[index];
    if (length == UNFINISHED) {
      throw error("unfinished capture");
    }
    return length == POSITION
        ? (Object) (starts[index] + 1.0)
        : LuaString.copyOf(subject, starts[index], length);
  }

  /** All captures, or the whole match when there are none. */
  @Nullable Object captures(int from, int to) {
    if (level <= 1) {
      return capture(0, from, to);
    }
    @Nullable Object[] values = new @Nullable Object[level];
    for (int i = 0; i < level; i++) {
      values[i] = capture(i, from, to);
    }
    return values;
  }
}
