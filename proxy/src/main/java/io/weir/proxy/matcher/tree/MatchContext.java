package io.weir.proxy.matcher.tree;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import org.jspecify.annotations.Nullable;

/**
 * What a matcher may look at. Parts that do not exist (yet) are null.
 *
 * @param streamInfo null while only a connection exists
 */
public record MatchContext(
    ConnectionInfo connection,
    @Nullable StreamInfo streamInfo,
    @Nullable HeaderMap requestHeaders,
    @Nullable HeaderMap responseHeaders,
    @Nullable HeaderMap requestTrailers,
    @Nullable HeaderMap responseTrailers) {

  public static MatchContext ofRequest(StreamInfo streamInfo, @Nullable HeaderMap headers) {
    return new MatchContext(streamInfo.connection(), streamInfo, headers, null, null, null);
  }

  public static MatchContext ofResponse(
      StreamInfo streamInfo, @Nullable HeaderMap request, @Nullable HeaderMap response) {
    return new MatchContext(streamInfo.connection(), streamInfo, request, response, null, null);
  }

  public static MatchContext ofConnection(ConnectionInfo connection) {
    return new MatchContext(connection, null, null, null, null, null);
  }
}
