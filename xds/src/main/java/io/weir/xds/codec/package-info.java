/** YAML and JSON with positions, and the way between them and protobuf messages. */
@NullMarked
package io.weir.xds.codec;

import org.jspecify.annotations.NullMarked;
