/** What a proxy has, as tables: reads the dumps of any Envoy or Weir. */
@NullMarked
package io.weir.cli.inspect;

import org.jspecify.annotations.NullMarked;
