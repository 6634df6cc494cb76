package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.RegexSubstitution;
import org.jspecify.annotations.Nullable;

/** What replaces the host of a request. Immutable. */
sealed interface HostRewrite {
  HostRewrite NONE = new None();

  /** The new host, or null to leave it. */
  @Nullable String host(HeaderMap headers);

  /** The host stays. */
  record None() implements HostRewrite {
    @Override
    public @Nullable String host(HeaderMap headers) {
      return null;
    }
  }

  /** {@code auto_host_rewrite}: the name of the upstream host, set when it was chosen. */
  record Auto() implements HostRewrite {
    @Override
    public @Nullable String host(HeaderMap headers) {
      return null;
    }
  }

  record Literal(String host) implements HostRewrite {
    @Override
    public String host(HeaderMap headers) {
      return host;
    }
  }

  /** {@code host_rewrite_header}: the header's value unless it is absent or empty. */
  record FromHeader(HeaderName name) implements HostRewrite {
    @Override
    public @Nullable String host(HeaderMap headers) {
      int entry = headers.find(name);
      return entry < 0 || headers.valueLength(entry) == 0 ? null : headers.value(entry);
    }
  }

  /** {@code host_rewrite_path_regex}: made from the path without its query. */
  record FromPath(RegexSubstitution substitution) implements HostRewrite {
    @Override
    public @Nullable String host(HeaderMap headers) {
      String path = headers.get(HeaderName.PATH);
      return path == null ? null : substitution.apply(path.substring(0, PathRewrite.pathEnd(path)));
    }
  }
}
