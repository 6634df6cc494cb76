/** When the process has more to do than it can, it does less of what matters least. */
@NullMarked
package io.weir.proxy.overload;

import org.jspecify.annotations.NullMarked;
