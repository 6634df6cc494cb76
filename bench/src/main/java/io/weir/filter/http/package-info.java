@NullMarked
package io.weir.filter.http;

import org.jspecify.annotations.NullMarked;
