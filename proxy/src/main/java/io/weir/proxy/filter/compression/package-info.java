/** Compressed streams, shared by the compressor and the decompressor. */
@NullMarked
package io.weir.proxy.filter.compression;

import org.jspecify.annotations.NullMarked;
