/** What a request is counted as: descriptors made by the actions of {@code RateLimit}. */
@NullMarked
package io.weir.proxy.ratelimit;

import org.jspecify.annotations.NullMarked;
