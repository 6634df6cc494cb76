package io.weir.proxy.filter.grpc;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** A method as its path names it: {@code /package.Service/Method}. */
public record GrpcMethod(String service, String method) {

  /** Null when the path is none of a method. */
  public static @Nullable GrpcMethod of(HeaderMap headers) {
    String path = headers.get(HeaderName.PATH);
    if (path == null || !path.startsWith("/")) {
      return null;
    }
    int query = path.indexOf('?');
    String name = query < 0 ? path : path.substring(0, query);
    int slash = name.indexOf('/', 1);
    if (slash <= 1 || slash == name.length() - 1 || name.indexOf('/', slash + 1) >= 0) {
      return null;
    }
    return new GrpcMethod(name.substring(1, slash), name.substring(slash + 1));
  }
}
