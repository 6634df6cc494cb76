@NullMarked
package io.weir.proxy.http;

import org.jspecify.annotations.NullMarked;
