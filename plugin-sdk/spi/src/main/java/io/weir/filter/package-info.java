/**
 * The contract between the proxy and its extensions: factories, workers, stream facts, statistics.
 */
@NullMarked
package io.weir.filter;

import org.jspecify.annotations.NullMarked;
