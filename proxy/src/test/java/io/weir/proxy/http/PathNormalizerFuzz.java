package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.http.PathNormalizer.EscapedSlashes;

/**
 * Paths: what comes out is a path without dot segments, and normalising it again changes nothing,
 * so that whoever normalises behind the proxy routes the same; unless an escape was broken, which
 * stays so as in Envoy and may become one. The target of Jazzer and of FuzzTest.
 */
public final class PathNormalizerFuzz {
  private static final PathNormalizer[] ALL = {
    new PathNormalizer(true, false, EscapedSlashes.KEEP),
    new PathNormalizer(true, true, EscapedSlashes.KEEP),
    new PathNormalizer(true, true, EscapedSlashes.REJECT),
    new PathNormalizer(true, true, EscapedSlashes.FORWARD),
    new PathNormalizer(false, true, EscapedSlashes.REDIRECT)
  };

  private PathNormalizerFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    byte[] path = new byte[data.length + 1];
    path[0] = '/';
    System.arraycopy(data, 0, path, 1, data.length);
    for (PathNormalizer each : ALL) {
      var headers = new HeaderMap();
      headers.add(HeaderName.PATH, path, 0, path.length);
      if (each.apply(headers) != PathNormalizer.Action.REJECT) {
        check(each, headers, broken(path));
      }
    }
  }

  private static boolean broken(byte[] path) {
    for (int i = 0; i < path.length; i++) {
      if (path[i] == '%'
          && (i + 2 >= path.length
              || Character.digit(path[i + 1], 16) < 0
              || Character.digit(path[i + 2], 16) < 0)) {
        return true;
      }
    }
    return false;
  }

  private static void check(PathNormalizer by, HeaderMap headers, boolean broken) {
    String once = headers.get(HeaderName.PATH);
    if (once == null || !once.startsWith("/")) {
      throw new AssertionError("no path: " + once);
    }
    by.apply(headers);
    String twice = headers.get(HeaderName.PATH);
    if (!broken && !once.equals(twice)) {
      throw new AssertionError(once + " becomes " + twice);
    }
    int query = once.indexOf('?');
    String plain = query < 0 ? once : once.substring(0, query);
    if (by != ALL[ALL.length - 1] && (plain + "/").contains("/../")) {
      throw new AssertionError("dots are left in " + once);
    }
  }
}
