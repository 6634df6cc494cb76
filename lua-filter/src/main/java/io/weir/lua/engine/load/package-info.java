/** Source text to something that runs. */
@NullMarked
package io.weir.lua.engine.load;

import org.jspecify.annotations.NullMarked;
