/** Clusters at work: loading, discovery, health, and what each worker uses of them. */
@NullMarked
package io.weir.proxy.upstream;

import org.jspecify.annotations.NullMarked;
