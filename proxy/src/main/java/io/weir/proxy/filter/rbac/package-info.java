/** Role-based access control, for requests and for connections ({@code envoy.filters.*.rbac}). */
@NullMarked
package io.weir.proxy.filter.rbac;

import org.jspecify.annotations.NullMarked;
