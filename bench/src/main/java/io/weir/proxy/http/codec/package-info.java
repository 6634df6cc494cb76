@NullMarked
package io.weir.proxy.http.codec;

import org.jspecify.annotations.NullMarked;
