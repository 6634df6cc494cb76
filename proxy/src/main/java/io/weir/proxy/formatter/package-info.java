/**
 * Substitution formats of headers, access logs and local replies, compiled once; header mutations.
 */
@NullMarked
package io.weir.proxy.formatter;

import org.jspecify.annotations.NullMarked;
