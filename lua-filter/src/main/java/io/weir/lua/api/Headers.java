package io.weir.lua.api;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code handle:headers()}, {@code handle:requestHeaders()}, {@code handle:trailers()}. */
final class Headers extends ApiObject {
  private static final HeaderName[] FIRST = {
    HeaderName.AUTHORITY, HeaderName.PATH, HeaderName.METHOD, HeaderName.SCHEME, HeaderName.STATUS
  };

  private static final LuaString STATUS = LuaString.of(":status");

  /** What the map belongs to. */
  enum Kind {
    REQUEST,
    RESPONSE,
    TRAILERS
  }

  private final HeaderMap map;
  private final Kind kind;
  private boolean iterating;

  Headers(LuaTable metatable, HandleHost host, HeaderMap map, Kind kind) {
    super(metatable, host);
    this.map = map;
    this.kind = kind;
  }

  HeaderMap map() {
    return map;
  }

  static ApiType<Headers> type(LuaState state) {
    return new ApiType<>(state, Headers.class)
        .text("get", Headers::get)
        .method("getAtIndex", Headers::getAtIndex)
        .text(
            "getNumValues", (self, name) -> (double) HeaderEdits.count(self.map, self.wanted(name)))
        .pair("add", Headers::add)
        .pair("replace", Headers::replace)
        .text("remove", Headers::remove)
        .text("setHttp1ReasonPhrase", Headers::reasonPhrase)
        .getter("__pairs", Headers::pairs);
  }

  private LuaString key(LuaString name) {
    return canonical(HeaderNames.lower(name.cutAtNul()));
  }

  /** The name of a value that is read: a NUL is part of it, so that nothing is found. */
  private LuaString wanted(LuaString name) {
    return canonical(HeaderNames.lower(name));
  }

  private LuaString canonical(LuaString lower) {
    return kind == Kind.REQUEST && lower.equals(HeaderNames.HOST) ? HeaderNames.AUTHORITY : lower;
  }

  private Set<LuaString> single() {
    return switch (kind) {
      case REQUEST -> HeaderNames.SINGLE_IN_REQUESTS;
      case RESPONSE -> HeaderNames.SINGLE_IN_RESPONSES;
      case TRAILERS -> Set.of();
    };
  }

  private @Nullable Object get(LuaString name) {
    LuaString value = HeaderEdits.get(map, wanted(name));
    return value == null ? Values.NONE : value;
  }

  private @Nullable Object getAtIndex(Arguments a) {
    LuaString name = wanted(a.string(2));
    int index = a.integer(3);
    LuaString value = index < 0 ? null : HeaderEdits.at(map, name, index);
    return value == null ? Values.NONE : value;
  }

  private void checkModifiable() {
    LuaState state = host().state();
    if (iterating) {
      throw state.error("header map cannot be modified while iterating");
    }
    if (kind == Kind.TRAILERS) {
      return;
    }
    host().headersModified();
    if (!host().headersModifiable()) {
      throw state.error("header map can no longer be modified");
    }
  }

  /** A value that may go onto the wire: what would split a response is refused here. */
  private LuaString checked(LuaString name, LuaString value) {
    LuaString cut = value.cutAtNul();
    if (kind != Kind.REQUEST && (HeaderNames.broken(name) || HeaderNames.broken(cut))) {
      throw host().state().error("header '" + name.text().strip() + "' has a line break");
    }
    if (kind == Kind.RESPONSE && name.equals(STATUS) && informational(cut)) {
      throw host().state().error(":status of a response cannot be " + cut);
    }
    return cut;
  }

  private static boolean informational(LuaString status) {
    return status.length() == 3 && status.at(0) == '1';
  }

  private Object add(LuaString name, LuaString value) {
    checkModifiable();
    LuaString key = key(name);
    HeaderEdits.add(map, single(), key, checked(key, value));
    return Values.NONE;
  }

  private Object replace(LuaString name, LuaString value) {
    checkModifiable();
    LuaString key = key(name);
    HeaderEdits.replace(map, key, checked(key, value));
    return Values.NONE;
  }

  private Object remove(LuaString name) {
    checkModifiable();
    HeaderEdits.remove(map, key(name));
    return Values.NONE;
  }

  private Object reasonPhrase(LuaString phrase) {
    checkModifiable();
    if (HeaderNames.broken(phrase)) {
      throw host().state().error("reason phrase has a line break");
    }
    if (kind == Kind.RESPONSE) {
      map.setReasonPhrase(phrase.latin1());
    }
    return Values.NONE;
  }

  private Object pairs() {
    if (iterating) {
      throw host().state().error("cannot create a second iterator before completing the first");
    }
    iterating = true;
    return new Iterator(host().state());
  }

  /** The entries in Envoy's order: pseudo-headers, then the rest as they came. */
  private final class Iterator extends Builtin {
    private int pseudo;
    private int entry = -1;
    private boolean ended;

    Iterator(LuaState state) {
      super(state, "headers_iterator", 0);
    }

    @Override
    public @Nullable Object call(@Nullable Object subject, @Nullable Object control) {
      return invoke(Values.NONE);
    }

    @Override
    public @Nullable Object invoke(@Nullable Object[] arguments) {
      if (ended || !alive()) {
        throw state().error("object used outside of proper scope");
      }
      int next = next();
      if (next < 0) {
        iterating = false;
        ended = true;
        return Values.NONE;
      }
      return new @Nullable Object[] {HeaderEdits.name(map, next), HeaderEdits.value(map, next)};
    }

    private int next() {
      while (pseudo < FIRST.length) {
        int found = map.find(FIRST[pseudo++]);
        if (found >= 0) {
          return found;
        }
      }
      for (entry = map.next(entry); entry >= 0; entry = map.next(entry)) {
        if (!listedFirst(entry)) {
          return entry;
        }
      }
      return -1;
    }

    private boolean listedFirst(int at) {
      if (map.nameLength(at) == 0 || map.bytes()[map.nameStart(at)] != ':') {
        return false;
      }
      for (HeaderName name : FIRST) {
        if (map.find(name) == at) {
          return true;
        }
      }
      return false;
    }
  }
}
