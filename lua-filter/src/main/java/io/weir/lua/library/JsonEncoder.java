package io.weir.lua.library;

import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.NumberText;
import io.weir.lua.engine.Types;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes a Lua value as JSON; used once. */
final class JsonEncoder {
  private static final String HEX = "0123456789abcdef";
  private static final long SAFE_LENGTH = 10;
  private static final long MAX_EXACT = 1L << 53;

  private final LuaState state;
  private final JsonSettings settings;
  private byte[] out = new byte[256];
  private int length;
  private int depth;

  JsonEncoder(LuaState state, JsonSettings settings) {
    this.state = state;
    this.settings = settings;
  }

  LuaString encode(@Nullable Object value) {
    value(value);
    return LuaString.copyOf(out, 0, length);
  }

  private void value(@Nullable Object value) {
    state.steps(1);
    switch (value) {
      case null -> ascii("null");
      case Boolean bool -> ascii(bool ? "true" : "false");
      case Double number -> number(number);
      case LuaString text -> string(text);
      case LuaTable table -> table(table);
      case JsonNull _ -> ascii("null");
      default ->
          throw new LuaError("Cannot serialise " + Types.name(value) + ": type not supported");
    }
  }

  private void number(double number) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new LuaError("Cannot serialise number: must not be NaN or Infinity");
    }
    long whole = (long) number;
    boolean short14 = settings.precision >= 14 && Math.abs(whole) < 100_000_000_000_000L;
    if (whole == number && short14 && (whole != 0 || 1 / number > 0)) {
      ascii(Long.toString(whole));
    } else {
      ascii(NumberText.general(number, settings.precision, false));
    }
  }

  private void table(LuaTable table) {
    if (++depth > JsonSettings.MAX_DEPTH) {
      throw new LuaError("Cannot serialise, excessive depth (" + depth + ")");
    }
    LuaTable metatable = table.metatable();
    boolean marked = metatable != null && metatable == settings.arrayMetatable;
    long items = marked ? table.length() : arrayLength(table);
    if (items > 0 || marked || items == 0 && !settings.emptyTableIsObject) {
      array(table, (int) items);
    } else {
      object(table);
    }
    depth--;
  }

  /** The highest key when all are positive whole numbers, −1 when not. */
  private static long arrayLength(LuaTable table) {
    long highest = 0;
    long count = 0;
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      if (!(table.keyAt(at) instanceof Double key)
          || key < 1
          || key > MAX_EXACT
          || key != Math.rint(key)) {
        return -1;
      }
      highest = Math.max(highest, key.longValue());
      count++;
    }
    if (highest > SAFE_LENGTH && highest > count * 2) {
      throw new LuaError("Cannot serialise table: excessively sparse array");
    }
    return highest;
  }

  private void array(LuaTable table, int items) {
    put('[');
    for (int i = 1; i <= items; i++) {
      if (i > 1) {
        put(',');
      }
      value(table.get(i));
    }
    put(']');
  }

  private void object(LuaTable table) {
    put('{');
    boolean first = true;
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      if (!first) {
        put(',');
      }
      first = false;
      switch (table.keyAt(at)) {
        case LuaString name -> string(name);
        case Double number -> {
          put('"');
          number(number);
          put('"');
        }
        default ->
            throw new LuaError("Cannot serialise table: table key must be a number or string");
      }
      put(':');
      value(table.valueAt(at));
    }
    put('}');
  }

  private void string(LuaString text) {
    byte[] bytes = text.bytes();
    state.steps(bytes.length >> 6);
    state.checkLength(length + bytes.length);
    reserve(bytes.length + 2);
    out[length++] = '"';
    for (byte b : bytes) {
      if (b >= 0 && b < ' ' || b == '"' || b == '\\' || b == '/' || b == 127) {
        escaped(b);
      } else {
        put(b);
      }
    }
    put('"');
  }

  private void escaped(byte b) {
    switch (b) {
      case '"' -> ascii("\\\"");
      case '\\' -> ascii("\\\\");
      case '/' -> ascii("\\/");
      case '\b' -> ascii("\\b");
      case '\t' -> ascii("\\t");
      case '\n' -> ascii("\\n");
      case '\f' -> ascii("\\f");
      case '\r' -> ascii("\\r");
      default -> {
        ascii("\\u00");
        put(HEX.charAt(b >> 4));
        put(HEX.charAt(b & 15));
      }
    }
  }

  private void ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(int b) {
    if (length == out.length) {
      reserve(1);
    }
    out[length++] = (byte) b;
  }

  private void reserve(int more) {
    if (length + more > out.length) {
      state.checkLength((long) length + more);
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
    }
  }
}
