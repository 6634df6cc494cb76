/** The unified matcher: {@code xds.type.matcher.v3.Matcher} compiled to a tree of decisions. */
@NullMarked
package io.weir.proxy.matcher.tree;

import org.jspecify.annotations.NullMarked;
