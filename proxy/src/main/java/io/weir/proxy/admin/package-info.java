/** The administration interface: Envoy's endpoints in Envoy's formats, and a few of our own. */
@NullMarked
package io.weir.proxy.admin;

import org.jspecify.annotations.NullMarked;
