package io.weir.proxy.filter.headertometadata;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.Cookies;
import org.jspecify.annotations.Nullable;

/** Where a rule finds its value. */
sealed interface Source {
  /** The value, one character a byte; null when there is none. */
  @Nullable String take(HeaderMap headers);

  /** All values of a header, joined by commas. */
  record Header(HeaderName name, boolean remove) implements Source {
    @Override
    public @Nullable String take(HeaderMap headers) {
      String value = headers.getJoined(name);
      if (value != null && remove) {
        headers.remove(name);
      }
      return value;
    }
  }

  /** A cookie; an empty one counts as missing. */
  record Cookie(String name) implements Source {
    @Override
    public @Nullable String take(HeaderMap headers) {
      String value = Cookies.get(headers, name);
      return value == null || value.isEmpty() ? null : value;
    }
  }
}
