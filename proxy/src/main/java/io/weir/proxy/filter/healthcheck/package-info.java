/** Answers health checks ({@code envoy.filters.http.health_check}). */
@NullMarked
package io.weir.proxy.filter.healthcheck;

import org.jspecify.annotations.NullMarked;
