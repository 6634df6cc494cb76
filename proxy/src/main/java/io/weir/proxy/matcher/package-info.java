/** Compiled matchers of strings, headers, query parameters, paths and metadata. */
@NullMarked
package io.weir.proxy.matcher;

import org.jspecify.annotations.NullMarked;
