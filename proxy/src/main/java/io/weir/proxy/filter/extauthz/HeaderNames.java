package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.HeaderMap;
import io.weir.proxy.matcher.StringMatcher;
import java.util.List;

/** A set of header names. Immutable. */
record HeaderNames(List<StringMatcher> matchers) {
  HeaderNames {
    matchers = List.copyOf(matchers);
  }

  boolean has(HeaderMap headers, int entry) {
    for (int i = 0; i < matchers.size(); i++) {
      if (matchers
          .get(i)
          .matches(headers.bytes(), headers.nameStart(entry), headers.nameLength(entry))) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return matchers.isEmpty();
  }
}
