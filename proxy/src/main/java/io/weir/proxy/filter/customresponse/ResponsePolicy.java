package io.weir.proxy.filter.customresponse;

import io.weir.proxy.formatter.Formatter;
import io.weir.proxy.formatter.HeaderMutations;
import org.jspecify.annotations.Nullable;

/**
 * A {@code LocalResponsePolicy}.
 *
 * @param status 0 to keep the response's
 * @param format null to send the body as it is
 * @param details {@code %RESPONSE_CODE_DETAILS%}; null to keep the response's
 */
record ResponsePolicy(
    byte[] body,
    String bodyText,
    @Nullable Formatter format,
    int status,
    HeaderMutations headers,
    @Nullable String details) {}
