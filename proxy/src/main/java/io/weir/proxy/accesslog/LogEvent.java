package io.weir.proxy.accesslog;

import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogger.AccessLogType;

/** What a filter looks at: one moment at which a line may be written. */
public record LogEvent(
    HeaderMap requestHeaders,
    HeaderMap responseHeaders,
    HeaderMap responseTrailers,
    StreamInfo streamInfo,
    AccessLogType type,
    Worker worker) {}
