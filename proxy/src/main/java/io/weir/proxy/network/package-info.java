/** Connections, network filter chains and the TCP proxy. */
@NullMarked
package io.weir.proxy.network;

import org.jspecify.annotations.NullMarked;
