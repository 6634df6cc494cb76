@NullMarked
package io.weir.proxy.router;

import org.jspecify.annotations.NullMarked;
