/** Listeners: sockets, listener filters, filter chain match, updates and drains. */
@NullMarked
package io.weir.proxy.listener;

import org.jspecify.annotations.NullMarked;
