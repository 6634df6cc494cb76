package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.Calls;
import io.weir.lua.engine.LuaClosure;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Types;
import io.weir.lua.engine.Values;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The {@code string} library and the metatable of strings. */
final class StringLibrary {
  /** What {@code string.dump} puts in front of a function's text. */
  static final LuaString DUMP_SIGNATURE = LuaString.latin1("\u001bLJ");

  private StringLibrary() {}

  static void install(Functions functions) {
    LuaState state = functions.state();
    LuaTable library = functions.library("string");
    functions
        .add("len", a -> (double) a.string(1).length())
        .add("byte", new StringByte(state, functions.nextNumber()))
        .add("char", StringLibrary::chars)
        .add("sub", new StringSub(state, functions.nextNumber()))
        .add("rep", StringLibrary::rep)
        .add("reverse", StringLibrary::reverse)
        .add("lower", a -> mapCase(a.string(1), 'A', 'Z'))
        .add("upper", a -> mapCase(a.string(1), 'a', 'z'))
        .add("dump", StringLibrary::dump)
        .add("find", a -> find(a, true))
        .add("match", a -> find(a, false))
        .add("gmatch", a -> gmatch(functions, a))
        .add("gsub", StringLibrary::gsub)
        .add("format", StringFormat::format);
    var metatable = new LuaTable();
    metatable.set(LuaString.of("__index"), library);
    state.setMetatable(LuaString.EMPTY, metatable);
  }

  /** A one-based start index, counted from the end when negative; at least 1. */
  static int start(int index, int length) {
    return index > 0 ? index : index == 0 ? 1 : Math.max(1, length + index + 1);
  }

  static int end(int index, int length) {
    return index < 0 ? length + index + 1 : Math.min(index, length);
  }

  static @Nullable Object bytes(Arguments a) {
    LuaString text = a.string(1);
    int from = a.integer(2, 1);
    int to = a.integer(3, from);
    int first = start(from, text.length());
    int last = end(to, text.length());
    if (a.absent(2) && a.absent(3) || from == to) {
      if (from == 0) {
        return Values.NONE;
      }
      int only = from < 0 ? text.length() + from + 1 : from;
      return only >= 1 && only <= text.length() ? (Object) (double) text.at(only - 1) : Values.NONE;
    }
    if (first > last) {
      return Values.NONE;
    }
    @Nullable Object[] values = new @Nullable Object[last - first + 1];
    for (int i = 0; i < values.length; i++) {
      values[i] = (double) text.at(first - 1 + i);
    }
    return values;
  }

  private static Object chars(Arguments a) {
    byte[] bytes = new byte[a.count()];
    for (int i = 0; i < bytes.length; i++) {
      int value = a.integer(i + 1);
      if (value < 0 || value > 255) {
        throw a.wrong(i + 1, "invalid value");
      }
      bytes[i] = (byte) value;
    }
    return LuaString.own(bytes);
  }

  static Object sub(Arguments a) {
    LuaString text = a.string(1);
    int first = start(a.integer(2), text.length());
    int last = end(a.integer(3, -1), text.length());
    return first > last ? LuaString.EMPTY : text.substring(first - 1, last);
  }

  private static Object rep(Arguments a) {
    LuaString text = a.string(1);
    int count = a.integer(2);
    LuaString separator = a.string(3, LuaString.EMPTY);
    if (count <= 0) {
      return LuaString.EMPTY;
    }
    long length = (long) text.length() * count + (long) separator.length() * (count - 1L);
    a.state().checkLength(length);
    byte[] bytes = new byte[(int) length];
    if (length == 0) {
      return LuaString.EMPTY;
    }
    byte[] unit = text.concat(separator).bytes();
    int filled = Math.min(unit.length, bytes.length);
    System.arraycopy(unit, 0, bytes, 0, filled);
    while (filled < bytes.length) {
      int more = Math.min(filled, bytes.length - filled);
      System.arraycopy(bytes, 0, bytes, filled, more);
      filled += more;
    }
    return LuaString.own(bytes);
  }

  private static Object reverse(Arguments a) {
    byte[] from = a.string(1).bytes();
    byte[] to = new byte[from.length];
    for (int i = 0; i < from.length; i++) {
      to[from.length - 1 - i] = from[i];
    }
    return LuaString.own(to);
  }

  private static LuaString mapCase(LuaString text, int low, int high) {
    byte[] from = text.bytes();
    for (int i = 0; i < from.length; i++) {
      if (from[i] >= low && from[i] <= high) {
        byte[] to = from.clone();
        for (int j = i; j < to.length; j++) {
          if (to[j] >= low && to[j] <= high) {
            to[j] ^= 0x20;
          }
        }
        return LuaString.own(to);
      }
    }
    return text;
  }

  private static Object dump(Arguments a) {
    LuaFunction function = a.function(1);
    LuaString source = function instanceof LuaClosure closure ? closure.code().source() : null;
    if (source == null) {
      throw a.state().error("unable to dump given function");
    }
    boolean chunk = ((LuaClosure) function).code().line() == 0;
    return DUMP_SIGNATURE.concat(LuaString.latin1(chunk ? "\1" : "\2")).concat(source);
  }

  // ---- patterns

  private static @Nullable Object find(Arguments a, boolean positions) {
    LuaString subject = a.string(1);
    LuaString pattern = a.string(2);
    int start = a.integer(3, 1);
    int from = start < 0 ? Math.max(0, subject.length() + start) : Math.max(0, start - 1);
    if (from > subject.length()) {
      return null;
    }
    if (positions && (a.truthy(4) || !Pattern.magic(pattern))) {
      int at = indexOf(a.state(), subject.bytes(), pattern.bytes(), from);
      return at < 0 ? null : new @Nullable Object[] {at + 1.0, (double) (at + pattern.length())};
    }
    var matcher = new Pattern(a.state(), subject, pattern);
    int patternFrom = matcher.anchored() ? 1 : 0;
    int s = from;
    do {
      int end = matcher.match(s, patternFrom);
      if (end >= 0) {
        return positions ? found(matcher, s, end) : matcher.captures(s, end);
      }
      s++;
    } while (s <= subject.length() && patternFrom == 0);
    return null;
  }

  private static Object found(Pattern matcher, int from, int to) {
    int count = matcher.captureCount();
    @Nullable Object[] values = new @Nullable Object[2 + count];
    values[0] = from + 1.0;
    values[1] = (double) to;
    for (int i = 0; i < count; i++) {
      values[2 + i] = matcher.capture(i, from, to);
    }
    return values;
  }

  private static int indexOf(LuaState state, byte[] text, byte[] part, int from) {
    if (part.length == 0) {
      return from;
    }
    state.steps(1 + (text.length >> 6));
    byte first = part[0];
    for (int i = from; i <= text.length - part.length; i++) {
      if (text[i] == first && Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static final class Matches extends Builtin {
    private final LuaString subject;
    private final Pattern pattern;
    private int at;

    Matches(LuaState state, int number, LuaString subject, LuaString pattern) {
      super(state, "gmatch_aux", number);
      this.subject = subject;
      this.pattern = new Pattern(state, subject, pattern);
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      for (int s = at; s <= subject.length(); s++) {
        int end = pattern.match(s, 0);
        if (end >= 0) {
          at = end == s ? end + 1 : end;
          return pattern.captures(s, end);
        }
      }
      at = subject.length() + 1;
      return null;
    }

    @Override
    public @Nullable Object call(@Nullable Object a, @Nullable Object b) {
      return invoke(Values.NONE);
    }
  }

  private static Object gmatch(Functions functions, Arguments a) {
    return new Matches(a.state(), functions.gmatchNumber(), a.string(1), a.string(2));
  }

  private static Object gsub(Arguments a) {
    LuaString subject = a.string(1);
    LuaString pattern = a.string(2);
    Object replacement = a.get(3);
    boolean usable =
        replacement instanceof LuaTable
            || replacement instanceof LuaFunction
            || Texts.coerce(replacement) != null;
    if (!usable) {
      throw a.wrong(3, "string/function/table expected");
    }
    int most = a.integer(4, subject.length() + 1);
    var matcher = new Pattern(a.state(), subject, pattern);
    int patternFrom = matcher.anchored() ? 1 : 0;
    var out = new ByteArrayOutputStream(subject.length() + 16);
    int s = 0;
    int count = 0;
    while (count < most) {
      int end = matcher.match(s, patternFrom);
      if (end >= 0) {
        count++;
        append(out, a.state(), matcher, replacement, subject, s, end);
      }
      if (end > s) {
        s = end;
      } else if (s < subject.length()) {
        out.write(subject.at(s++));
      } else {
        break;
      }
      if (patternFrom > 0) {
        break;
      }
      a.state().step();
    }
    if (count == 0) {
      return new @Nullable Object[] {subject, 0.0};
    }
    out.write(subject.bytes(), s, subject.length() - s);
    return new @Nullable Object[] {LuaString.own(out.toByteArray()), (double) count};
  }

  private static void append(
      ByteArrayOutputStream out,
      LuaState state,
      Pattern matcher,
      @Nullable Object replacement,
      LuaString subject,
      int from,
      int to) {
    Object value =
        switch (replacement) {
          case LuaTable table ->
              io.weir.lua.engine.Indexing.get(state, table, matcher.capture(0, from, to));
          case LuaFunction function -> callback(state, function, matcher.captures(from, to));
          case null, default -> {
            expand(out, matcher, Texts.plain(replacement), from, to);
            yield LuaString.EMPTY;
          }
        };
    if (!Types.truthy(value)) {
      out.write(subject.bytes(), from, to - from);
      return;
    }
    LuaString text = Texts.coerce(value);
    if (text == null) {
      throw state.error("invalid replacement value (a " + Types.name(value) + ")");
    }
    out.write(text.bytes(), 0, text.length());
    if (out.size() > LuaState.MAX_STRING) {
      state.checkLength(out.size());
    }
  }

  private static @Nullable Object callback(
      LuaState state, LuaFunction function, @Nullable Object captures) {
    var coroutine = state.current();
    coroutine.forbidYield();
    try {
      return Values.first(
          Values.several(captures)
              ? Calls.invoke(state, function, Values.all(captures))
              : Calls.call(state, function, captures));
    } finally {
      coroutine.allowYield();
    }
  }

  private static void expand(
      ByteArrayOutputStream out, Pattern matcher, LuaString text, int from, int to) {
    byte[] bytes = text.bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.write(bytes[i]);
        continue;
      }
      i++;
      int c = i < bytes.length ? bytes[i] : 0;
      if (c < '0' || c > '9') {
        out.write(c);
      } else {
        LuaString capture =
            c == '0' ? matcher.whole(from, to) : Texts.plain(matcher.capture(c - '1', from, to));
        out.write(capture.bytes(), 0, capture.length());
      }
    }
  }
}
