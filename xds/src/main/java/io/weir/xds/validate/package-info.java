/** What a configuration must obey: protoc-gen-validate rules and the fields Weir implements. */
@NullMarked
package io.weir.xds.validate;

import org.jspecify.annotations.NullMarked;
