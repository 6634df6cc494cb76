package io.weir.lua.library;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.NumberReader;
import io.weir.lua.engine.Texts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code url}: percent encoding (RFC 3986), queries, and the parts of a URL. */
final class UrlModule {
  private static final String HEX = "0123456789ABCDEF";

  private UrlModule() {}

  static LuaTable open(LuaState state) {
    return new ModuleFunctions(state)
        .add("escape", a -> escape(a.string(1)))
        .add("unescape", a -> unescape(a.string(1), false))
        .add("parse", UrlModule::parse)
        .add("parse_query", UrlModule::parseQuery)
        .add("build_query", UrlModule::buildQuery)
        .table();
  }

  private static LuaString escape(LuaString text) {
    var out = new ByteArrayOutputStream(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '_'
              || c == '.'
              || c == '~';
      if (plain) {
        out.write(c);
      } else {
        out.write('%');
        out.write(HEX.charAt(c >> 4));
        out.write(HEX.charAt(c & 15));
      }
    }
    return LuaString.own(out.toByteArray());
  }

  /** What is no percent encoding stays as it is. */
  private static LuaString unescape(LuaString text, boolean plusIsSpace) {
    var out = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.at(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.at(i + 2), 16);
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(plusIsSpace && c == '+' ? ' ' : c);
      }
    }
    return LuaString.own(out.toByteArray());
  }

  // ---- queries

  /** A table of names; the value of a name that comes twice is a list. */
  private static Object parseQuery(Arguments a) {
    String query = a.string(1).latin1();
    var table = new LuaTable();
    if (query.startsWith("?")) {
      query = query.substring(1);
    }
    for (String part : query.split("&", -1)) {
      if (!part.isEmpty()) {
        int equals = part.indexOf('=');
        LuaString name = decoded(equals < 0 ? part : part.substring(0, equals));
        put(table, name, equals < 0 ? LuaString.EMPTY : decoded(part.substring(equals + 1)));
      }
    }
    return table;
  }

  private static LuaString decoded(String part) {
    return unescape(LuaString.latin1(part), true);
  }

  private static void put(LuaTable table, LuaString name, LuaString value) {
    Object known = table.get(name);
    if (known == null) {
      table.set(name, value);
    } else if (known instanceof LuaTable list) {
      list.set(list.length() + 1, value);
    } else {
      var list = new LuaTable(2, 0);
      list.set(1, known);
      list.set(2, value);
      table.set(name, list);
    }
  }

  /** The opposite; names in their order of bytes. */
  private static Object buildQuery(Arguments a) {
    LuaTable table = a.table(1);
    List<LuaString> names = new ArrayList<>();
    for (int at = table.position(0); at >= 0; at = table.position(at + 1)) {
      LuaString name = Texts.coerce(table.keyAt(at));
      if (name == null) {
        throw a.state().error("names of a query must be strings");
      }
      names.add(name);
    }
    names.sort(null);
    var out = new StringBuilder();
    for (LuaString name : names) {
      Object value = table.get(name);
      if (value == null) {
        value = table.get(NumberReader.read(name));
      }
      if (value instanceof LuaTable list) {
        for (int i = 1; i <= list.length(); i++) {
          append(a, out, name, list.get(i));
        }
      } else {
        append(a, out, name, value);
      }
    }
    return LuaString.latin1(out.toString());
  }

  private static void append(
      Arguments a, StringBuilder out, LuaString name, @Nullable Object value) {
    LuaString text = Texts.toString(a.state(), value);
    if (!out.isEmpty()) {
      out.append('&');
    }
    out.append(escape(name).latin1()).append('=').append(escape(text).latin1());
  }

  // ---- parts

  private static Object parse(Arguments a) {
    String rest = a.string(1).latin1();
    var table = new LuaTable();
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      set(table, "fragment", rest.substring(hash + 1));
      rest = rest.substring(0, hash);
    }
    int mark = rest.indexOf('?');
    if (mark >= 0) {
      set(table, "query", rest.substring(mark + 1));
      rest = rest.substring(0, mark);
    }
    int scheme = rest.indexOf("://");
    if (scheme > 0) {
      set(table, "scheme", rest.substring(0, scheme));
      rest = authority(table, rest.substring(scheme + 3));
    }
    set(table, "path", rest);
    return table;
  }

  /** The path behind the authority. */
  private static String authority(LuaTable table, String rest) {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      set(table, "userinfo", authority.substring(0, at));
      authority = authority.substring(at + 1);
    }
    int colon = authority.lastIndexOf(':');
    if (colon > authority.lastIndexOf(']')) {
      set(table, "port", authority.substring(colon + 1));
      authority = authority.substring(0, colon);
    }
    set(table, "host", authority);
    return slash < 0 ? "" : rest.substring(slash);
  }

  private static void set(LuaTable table, String name, String value) {
    table.set(LuaString.of(name), LuaString.own(value.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
